"""Accounts: who may sign in, and for how long they stay signed in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Conflict, Forbidden, Invalid
from app.library import LoginSession, User
from app.library.accounts import USER_ROLES
from app.settings import Settings
from app.viewer import Viewer, member

MEMORY_KIB = 64 * 1024
SHORTEST, LONGEST = 12, 256
FREE_TRIES = 5
LONGEST_DELAY = timedelta(minutes=15)
# From here on the delay is the longest; a number that only grew would one day be too large to count with.
MOST_DOUBLINGS = 10
SEEN_EVERY = timedelta(minutes=1)
COMMON = frozenset(
    (
        "password1234 123456789012 passwordpassword qwertyuiop12 qwertyuiopas iloveyou1234 adminadminadmin "
        "letmeinletmein changemechangeme administrator correcthorsebatterystaple 111111111111 000000000000 "
        "abcdefghijkl hindsight123 hindsighthindsight passw0rdpassw0rd password12345 password123456 welcome12345 "
        "1234567890123 qwerty123456"
    ).split()
)

_hasher = PasswordHasher(time_cost=3, memory_cost=MEMORY_KIB, parallelism=4)
# Each hash takes 64 MiB: a crowd at the door must not take the machine's memory.
_at_once = BoundedSemaphore(4)


def _hash(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def _verify(hashed: str, password: str) -> bool:
    with _at_once:
        try:
            return _hasher.verify(hashed, password)
        except VerificationError:
            return False


# Verified where there is no such account, so that the answer takes as long as for one that exists.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8pNcRQx9aJS8mbXtSNS+2A$e8s3PhwmMQUGz4GMM4J1fg5z0Pz0sQ1UKLZU3sqyg4c"


def add_user(session: Session, email: str, password: str, role: str = "reader", teams: Sequence[str] = ()) -> User:
    """Raises Invalid for an address, a password or a role that cannot be used, Conflict where the account exists."""
    email = email.strip().casefold()
    local, _, host = email.partition("@")
    if not local or ("." not in host and host != "localhost") or len(email) > 254 or any(c.isspace() for c in email):
        raise Invalid(f"{email!r} is no e-mail address; give one such as ada@example.org.")
    if role not in USER_ROLES:
        raise Invalid(f"{role!r} is no role; it is one of {', '.join(USER_ROLES)}.")
    check_password(password, email)
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict(f"There is an account for {email} already.")
    user = User(
        email=email,
        password=_hash(password),
        role=role,
        teams=sorted(set(teams)),
        created=datetime.now(UTC),
        failures=0,
    )
    session.add(user)
    session.flush()
    return user


def check_password(password: str, email: str = "") -> None:
    """Raises Invalid for a password that is too short, too long, or among the first that anybody would try."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    if password.casefold() in COMMON or password.casefold() == email or len(set(password)) < 4:
        raise Invalid("That password is among the first that anybody would try; take another, a sentence for example.")


def authenticate(database: Database, email: str, password: str, now: datetime) -> User | None:
    """The user, or None for an unknown one, a wrong password or a disabled account alike.

    After FREE_TRIES wrong ones each further one doubles a delay, up to LONGEST_DELAY. Raises Forbidden while it lasts.
    """
    # Checking a password takes a tenth of a second: nobody else's change waits for it. The try is counted before, so
    # that many at once are as many.
    with database.write() as session:
        user = session.scalar(select(User).where(User.email == email.strip().casefold()))
        waits = user is not None and user.blocked_until is not None and now < user.blocked_until
        if user is not None and not waits:
            _count_try(user, now)
    right = _verify(_NOBODY if user is None or waits else user.password, password)
    if waits:
        raise Forbidden("Too many tries. Wait a few minutes and try again.")
    if user is None or not right or user.disabled:
        return None
    renewed = _hash(password) if _hasher.check_needs_rehash(user.password) else user.password
    with database.write() as session:
        user = session.get_one(User, user.id)
        user.failures, user.blocked_until, user.password = 0, None, renewed
    return user


def _count_try(user: User, now: datetime) -> None:
    user.failures += 1
    if user.failures >= FREE_TRIES:
        doublings = min(user.failures - FREE_TRIES, MOST_DOUBLINGS)
        user.blocked_until = now + min(timedelta(seconds=2**doublings), LONGEST_DELAY)


def open_session(session: Session, user: User, settings: Settings, now: datetime) -> str:
    """A new session row; returns the token for the cookie (256 bit), of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    expires = now + timedelta(days=settings.session_days)
    session.add(LoginSession(token_hash=_digest(token), user_id=user.id, created=now, seen=now, expires=expires))
    return token


def session_of(session: Session, token: str, settings: Settings, now: datetime) -> LoginSession | None:
    """The live session that a token opens, its user loaded; None where it has ended, lain idle too long, or was
    withdrawn.
    """
    row = session.get(LoginSession, _digest(token))
    idle = timedelta(hours=settings.session_idle_hours)
    if row is None or row.user.disabled or now >= row.expires or now - row.seen > idle:
        return None
    return row


def touch(session: Session, token: str, now: datetime) -> None:
    """Notes that a session is in use, at most once a minute, so that reading writes little."""
    row = session.get(LoginSession, _digest(token))
    if row is not None and now - row.seen >= SEEN_EVERY:
        row.seen = now


def close_session(session: Session, token: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.token_hash == _digest(token)))


def viewer_of(user: User) -> Viewer:
    """Each role may do what those before it may."""
    roles = USER_ROLES[: USER_ROLES.index(user.role) + 1]
    return member(user.id, user.email, frozenset(user.teams), frozenset(roles))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
