"""Who is looking, told from the session cookie; the sessions themselves are rows, so that they can be withdrawn."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Request
from flask_login import LoginManager
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app.http.guards import LOOPBACK
from app.http.parts import parts, reading
from app.http.redirects import here
from app.library import LoginSession
from app.people import accounts
from app.settings import Settings
from app.viewer import ANONYMOUS, Viewer

KEY_BYTES = 32

log = logging.getLogger(__name__)


class Person:
    """A viewer as flask-login wants to see one."""

    is_active = True

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @property
    def is_authenticated(self) -> bool:
        return self.viewer.signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.viewer.signed_in

    def get_id(self) -> str:
        return str(self.viewer.id)


class Manager(LoginManager):  # type: ignore[misc]  # flask-login ships no types
    """It asks on every request whether the form's cookie says "remember me". Ours never does, and asking would make
    even a stylesheet depend on the cookie.
    """

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def cookies_can_be_secure(settings: Settings) -> bool:
    """Browsers take Secure cookies over https, and over http from loopback."""
    address = urlsplit(settings.base_url)
    return address.scheme == "https" or address.hostname in LOOPBACK


def cookie_name(settings: Settings) -> str:
    return "__Host-session" if cookies_can_be_secure(settings) else "session"


def token(request: Request) -> str | None:
    return request.cookies.get(cookie_name(parts().settings))


def remember(response: Response, value: str) -> None:
    settings = parts().settings
    response.set_cookie(
        cookie_name(settings),
        value,
        max_age=settings.session_days * 86_400,
        secure=cookies_can_be_secure(settings),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response) -> None:
    settings = parts().settings
    response.delete_cookie(
        cookie_name(settings), secure=cookies_can_be_secure(settings), httponly=True, samesite="Lax", path="/"
    )


def secret_key(folder: Path) -> bytes:
    """The key that signs CSRF tokens, made once in the data folder; a folder that cannot be written gets one for this
    process alone.
    """
    path = folder / "secret-key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".secret-key-{secrets.token_hex(8)}"
        if not path.exists():
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # A link fails where another process was faster; its key is then ours too.
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_bytes()
    except OSError:
        return secrets.token_bytes(KEY_BYTES)


def install(app: Flask, settings: Settings) -> None:
    secure = cookies_can_be_secure(settings)
    app.config.update(
        SECRET_KEY=secret_key(settings.data),
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.add_template_global(here)
    manager = Manager()
    # No `current_user` in templates: an error page must not ask a database that does not answer who is looking.
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None
    manager.anonymous_user = lambda: Person(ANONYMOUS)

    def load(request: Request) -> Person | None:
        value = token(request)
        row = accounts.session_of(reading(), value, settings, datetime.now(UTC)) if value else None
        if value is None or row is None:
            return None
        _note_use(value, row)
        return Person(accounts.viewer_of(row.user))

    manager.request_loader(load)


def _note_use(value: str, row: LoginSession) -> None:
    now = datetime.now(UTC)
    if now - row.seen < accounts.SEEN_EVERY:
        return
    try:
        with parts().database.write(hasty=True) as session:
            accounts.touch(session, value, now)
    except DBAPIError:
        # Reading goes on where nothing can be written, or somebody else is writing; the next page notes it.
        log.info("the use of a session could not be noted", exc_info=True)
