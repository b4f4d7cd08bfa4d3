"""Accounts: who may be added, which passwords are taken, and what repeated guesses come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Conflict, Forbidden, Invalid
from app.library import LoginSession, User
from app.people import accounts
from app.settings import Settings
from tests.web.published import CHEAP

GOOD = "four quiet herons at dawn"
WRONG = "five loud herons at dusk"
EMAIL = "ada@example.org"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
STRONG, NOBODY = accounts._hasher, accounts._NOBODY
pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def ada(database: Database) -> None:
    """Ada's account, with GOOD as its password."""
    add(database, EMAIL)


def add(database: Database, email: str) -> None:
    with database.write() as session:
        session.add(
            User(email=email, password=CHEAP.hash(GOOD), role="reader", teams=["payments"], created=NOW, failures=0)
        )


def account(database: Database) -> User:
    with database.read() as session:
        return session.scalars(select(User).where(User.email == EMAIL)).one()


def change(database: Database, **values: object) -> None:
    with database.write() as session:
        session.execute(update(User).where(User.email == EMAIL).values(**values))


def attempt(database: Database, email: str, password: str, now: datetime = NOW) -> str | None:
    """Whom it lets in."""
    user = accounts.authenticate(database, email, password, now)
    return user.email if user else None


def test_an_account_keeps_a_strong_hash_and_not_the_password(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_hasher", STRONG)
    user = accounts.add_user(session, "  Ada@Example.ORG ", GOOD, "editor", ["payments", "edge", "edge"])
    assert user.email == EMAIL
    assert (user.role, user.teams) == ("editor", ["edge", "payments"])
    parameters = extract_parameters(user.password)
    assert user.password.startswith("$argon2id$")
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)
    assert GOOD not in user.password


@pytest.mark.usefixtures("ada")
def test_an_address_has_one_account(session: Session) -> None:
    with pytest.raises(Conflict, match="already"):
        accounts.add_user(session, "ADA@example.org", GOOD)


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "ada@host", "a b@example.org", "a@b\n.org", "a" * 250 + "@x.org"]
)
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(Invalid, match="no e-mail address"):
        accounts.add_user(session, email, GOOD)


def test_a_role_that_there_is_not_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="reader, editor, admin"):
        accounts.add_user(session, EMAIL, GOOD, "root")


@pytest.mark.parametrize("password", [GOOD, "x1y2" * 3, "ключ от двери", "a b c d e f g", "🦊🦉🐢🐝" * 3, "abcd" * 64])
def test_a_password_needs_length_and_nothing_else(password: str) -> None:
    accounts.check_password(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    ["", "short", "elevenchars", "x" * 257, "password1234", "PASSWORD1234", "aaaaaaaaaaaa", "abababababab", EMAIL],
)
def test_a_password_that_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        accounts.check_password(password, EMAIL)


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.check_password("password1234", EMAIL)
    assert "password1234" not in str(refusal.value)


@pytest.mark.usefixtures("ada")
class TestAuthenticate:
    def test_the_right_password_opens_whatever_capitals_the_address_has(self, database: Database) -> None:
        assert attempt(database, " ADA@Example.org ", GOOD) == EMAIL

    def test_unknown_wrong_and_disabled_are_one_answer(self, database: Database) -> None:
        assert attempt(database, "nobody@example.org", GOOD) is None
        assert attempt(database, EMAIL, WRONG) is None
        change(database, disabled=NOW)
        assert attempt(database, EMAIL, GOOD) is None

    def test_a_hash_is_checked_for_everybody_so_that_all_take_as_long(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked: list[str] = []

        def verify(hashed: str, password: str) -> bool:
            checked.append(hashed.rpartition("$")[0].rpartition("$")[0])
            return False

        monkeypatch.setattr(accounts, "_verify", verify)
        monkeypatch.setattr(accounts, "_NOBODY", NOBODY)
        attempt(database, "nobody@example.org", GOOD)
        attempt(database, EMAIL, GOOD)
        change(database, disabled=NOW)
        attempt(database, EMAIL, GOOD)
        change(database, blocked_until=NOW + timedelta(minutes=1))
        with pytest.raises(Forbidden):
            attempt(database, EMAIL, GOOD)
        assert len(checked) == 4
        # The stand-in costs what a real account's hash costs.
        assert checked[0] == checked[3] == "$argon2id$v=19$m=65536,t=3,p=4"

    def test_the_stand_in_is_a_hash_that_can_be_checked(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A malformed one would be answered at once, or by an error.
        monkeypatch.setattr(accounts, "_NOBODY", NOBODY)
        assert attempt(database, "nobody@example.org", "") is None

    def test_an_old_hash_is_renewed_when_its_owner_signs_in(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(accounts, "_hasher", STRONG)
        assert attempt(database, EMAIL, GOOD) == EMAIL
        assert extract_parameters(account(database).password).memory_cost == accounts.MEMORY_KIB
        assert attempt(database, EMAIL, GOOD) == EMAIL

    def test_others_can_write_while_a_password_is_checked(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.db.BUSY_SECONDS", 0)
        other = Database(database.url.render_as_string(hide_password=False))
        verify = accounts._verify

        def slowly(hashed: str, password: str) -> bool:
            with other.write() as session:
                session.execute(update(User).values(role="editor"))
            return verify(hashed, password)

        monkeypatch.setattr(accounts, "_verify", slowly)
        assert attempt(database, EMAIL, GOOD) == EMAIL
        other.close()
        assert account(database).role == "editor"

    def test_tries_at_the_same_time_are_counted_each(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        # Before a try has its answer the next one comes, ten deep.
        refused: list[Forbidden] = []
        running = 0

        def meanwhile(hashed: str, password: str) -> bool:
            nonlocal running
            running += 1
            if running < 10:
                try:
                    attempt(database, EMAIL, WRONG)
                except Forbidden as why:
                    refused.append(why)
            return False

        monkeypatch.setattr(accounts, "_verify", meanwhile)
        assert attempt(database, EMAIL, WRONG) is None
        assert account(database).failures == accounts.FREE_TRIES
        assert len(refused) == 10 - accounts.FREE_TRIES

    def test_each_wrong_try_after_the_fifth_doubles_the_wait_up_to_a_quarter_of_an_hour(
        self, database: Database
    ) -> None:
        now, waits = NOW, []
        for _ in range(18):
            assert attempt(database, EMAIL, WRONG, now) is None
            if until := account(database).blocked_until:
                waits.append(int((until - now).total_seconds()))
                now = until
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]

    def test_while_the_wait_lasts_even_the_right_password_is_refused_and_nothing_is_counted(
        self, database: Database
    ) -> None:
        change(database, failures=7, blocked_until=NOW + timedelta(seconds=4))
        for password in (GOOD, WRONG):
            with pytest.raises(Forbidden):
                attempt(database, EMAIL, password)
        assert account(database).failures == 7
        assert attempt(database, EMAIL, GOOD, NOW + timedelta(seconds=4)) == EMAIL
        assert (account(database).failures, account(database).blocked_until) == (0, None)

    @pytest.mark.parametrize("failures", [50, 100, 5000, 1_000_000])
    def test_the_wait_lasts_however_long_somebody_goes_on_guessing(self, database: Database, failures: int) -> None:
        change(database, failures=failures)
        assert attempt(database, EMAIL, WRONG) is None
        assert account(database).blocked_until == NOW + accounts.LONGEST_DELAY

    def test_one_accounts_wait_is_nobody_elses(self, database: Database) -> None:
        add(database, "bob@example.org")
        change(database, blocked_until=NOW + timedelta(minutes=15))
        assert attempt(database, "bob@example.org", GOOD) == "bob@example.org"


@pytest.mark.usefixtures("ada")
def test_a_session_is_opened_used_and_closed(session: Session, database: Database, settings: Settings) -> None:
    first, second = (accounts.open_session(session, account(database), settings, NOW) for _ in range(2))
    session.flush()
    assert first != second
    assert len(first) >= 43  # 256 bits
    row = accounts.session_of(session, first, settings, NOW)
    assert row is not None
    assert row.user.email == EMAIL
    accounts.close_session(session, first)
    assert accounts.session_of(session, first, settings, NOW) is None
    assert accounts.session_of(session, second, settings, NOW) is not None
    assert accounts.session_of(session, "", settings, NOW) is None


@pytest.mark.usefixtures("ada")
def test_use_is_noted_at_most_once_a_minute(session: Session, database: Database, settings: Settings) -> None:
    token = accounts.open_session(session, account(database), settings, NOW)
    session.flush()
    seen = []
    for seconds in (30, 59, 60, 90, 120):
        accounts.touch(session, token, NOW + timedelta(seconds=seconds))
        row = session.scalars(select(LoginSession)).one()
        seen.append(int((row.seen - NOW).total_seconds()))
    assert seen == [0, 0, 60, 60, 120]


@pytest.mark.usefixtures("ada")
def test_a_viewer_sees_the_public_the_organisation_and_their_teams(database: Database) -> None:
    viewer = accounts.viewer_of(account(database))
    assert viewer.audiences == frozenset({"public", "organisation", "team:payments"})
    assert viewer.roles == {"reader"}
    assert not viewer.may_see("team:edge")
