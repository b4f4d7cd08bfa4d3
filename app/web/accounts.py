"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from app.errors import Forbidden
from app.http.forms import one
from app.http.parts import end_reading, parts, viewer
from app.http.redirects import safe_next
from app.http.sessions import forget, remember, token
from app.people import accounts
from app.web import reading

# One answer for an unknown address, a wrong password, a disabled account and a pause after too many tries.
REFUSED = "This e-mail and password do not match. After five wrong tries there is a pause that grows up to 15 minutes."

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=("GET", "POST"))
def login() -> Response:
    onward = safe_next(request.values.get("next"))
    if request.method != "POST":
        return redirect(onward, 303) if viewer().signed_in else _form(onward)
    value = _sign_in(one(request.form, "email"), one(request.form, "password"))
    if value is None:
        return _form(onward, 401, REFUSED)
    session.clear()
    response = redirect(onward, 303)
    remember(response, value)
    reading.forget(response)
    return response


@bp.post("/logout")
def logout() -> Response:
    value = token(request)
    end_reading()
    if value:
        with parts().database.write() as writing:
            accounts.close_session(writing, value)
    session.clear()
    response = redirect("/", 303)
    forget(response)
    return response


def _form(onward: str, status: int = 200, message: str = "") -> Response:
    page = render_template("accounts/login.html", next=onward, message=message, email=request.form.get("email", ""))
    return make_response(page, status)


def _sign_in(email: str, password: str) -> str | None:
    """The new session's token, always another than the one before; None where it is refused."""
    now, settings, database = datetime.now(UTC), parts().settings, parts().database
    end_reading()
    try:
        user = accounts.authenticate(database, email, password, now)
    except Forbidden:
        return None
    if user is None:
        return None
    with database.write() as writing:
        if old := token(request):
            accounts.close_session(writing, old)
        reading.take_along(writing, user, now)
        return accounts.open_session(writing, user, settings, now)
