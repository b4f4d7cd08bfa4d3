"""Signing in and out, and everything that ends a session."""

from __future__ import annotations

import logging
import re
import stat
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import warnings
from app.http.sessions import cookie_name, secret_key
from app.library import LoginSession, User
from app.settings import load
from tests.web.published import OUTSIDER, PASSWORD, READER, Published, csrf, sign_in

pytestmark = pytest.mark.usefixtures("cheap_hashes")
NAME = "__Host-session"
ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\x01//evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://good\\@evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/ok\r\nSet-Cookie: x=y",
    "///evil.example",
)


def cookies(response: TestResponse) -> dict[str, str]:
    return {text.partition("=")[0]: text for text in response.headers.getlist("Set-Cookie")}


def signed_in(client: FlaskClient) -> bool:
    return "Sign out" in client.get("/").text


def change(published: Published, **values: object) -> None:
    with published.database.write() as session:
        session.execute(update(LoginSession).values(**values))


@pytest.fixture
def client(own_site: Published) -> FlaskClient:
    """The reader, signed in without the form."""
    return own_site.client(READER)


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [
        ("https://hindsight.example.org", "__Host-session", True),
        ("http://127.0.0.1:8000", "__Host-session", True),
        ("http://localhost:8000", "__Host-session", True),
        ("http://hindsight.lan", "session", False),
    ],
)
def test_the_cookie_is_as_strict_as_the_address_allows(
    own_site: Published, base_url: str, name: str, secure: bool
) -> None:
    app = own_site.another_app(base_url=base_url, allowed_hosts=("localhost",))
    client = app.test_client()
    given = cookies(sign_in(client))[name]
    assert ("Secure" in given) == secure
    assert "HttpOnly" in given
    assert "SameSite=Lax" in given
    assert "Path=/" in given
    assert "Domain" not in given
    assert signed_in(client)


def test_an_address_over_which_cookies_travel_unprotected_is_warned_of(
    own_site: Published, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        own_site.another_app(base_url="http://hindsight.lan")
    assert any("HINDSIGHT_BASE_URL" in message and "https" in message for message in caplog.messages)
    assert warnings(load({}, base_url="https://hindsight.example.org")) == []


def test_signing_in_gives_a_new_token_and_withdraws_the_one_before(own_site: Published) -> None:
    client = own_site.client()
    planted = own_site.token(READER)
    client.set_cookie(NAME, planted, secure=True)
    # Somebody who is signed in already may still send the form.
    page = client.get("/")
    response = client.post("/login", data={"csrf_token": csrf(page.text), "email": READER, "password": PASSWORD})
    assert response.status_code == 303
    given = client.get_cookie(NAME)
    assert given is not None
    assert given.value != planted
    with own_site.database.read() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 1


def test_signing_in_goes_on_to_where_one_came_from(own_site: Published) -> None:
    client = own_site.client()
    page = client.get("/runbooks/ledger")
    assert page.status_code == 404
    assert 'href="/login?next=/runbooks/ledger"' in page.text
    response = sign_in(client, next="/runbooks/ledger")
    assert response.headers["Location"] == "/runbooks/ledger"
    assert client.get("/runbooks/ledger", follow_redirects=True).status_code == 200
    assert client.get("/login?next=/alerts").headers["Location"] == "/alerts"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_nowhere_else(own_site: Published, client: FlaskClient, address: str) -> None:
    assert client.get("/login", query_string={"next": address}).headers["Location"] == "/"
    form = own_site.client().get("/login", query_string={"next": address})
    assert 'name="next" value="/"' in form.text


def test_the_form_leads_nowhere_else_either(own_site: Published) -> None:
    assert sign_in(own_site.client(), next="/\\evil.example").headers["Location"] == "/"


def test_signing_out_withdraws_the_session_so_that_a_kept_cookie_opens_nothing(
    own_site: Published, client: FlaskClient
) -> None:
    kept = client.get_cookie(NAME)
    assert kept is not None
    assert signed_in(client)
    response = client.post("/logout", data={"csrf_token": csrf(client.get("/").text)})
    assert response.status_code == 303
    assert "Max-Age=0" in cookies(response)[NAME]
    thief = own_site.client()
    thief.set_cookie(NAME, kept.value, secure=True)
    assert not signed_in(thief)
    assert thief.get("/runbooks/ledger").status_code == 404


def test_a_disabled_person_is_out_at_once(own_site: Published, client: FlaskClient) -> None:
    assert signed_in(client)
    with own_site.database.write() as session:
        session.execute(update(User).where(User.email == READER).values(disabled=datetime.now(UTC)))
    assert not signed_in(client)


def test_a_session_ends_after_twelve_idle_hours(own_site: Published, client: FlaskClient) -> None:
    now = datetime.now(UTC)
    change(own_site, seen=now - timedelta(hours=11, minutes=59))
    assert signed_in(client)
    change(own_site, seen=now - timedelta(hours=12, minutes=1))
    assert not signed_in(client)


def test_use_keeps_a_session_alive(own_site: Published, client: FlaskClient) -> None:
    before = datetime.now(UTC)
    change(own_site, seen=before - timedelta(hours=11))
    client.get("/")
    with own_site.database.read() as session:
        assert session.scalars(select(LoginSession.seen)).one() >= before


def test_a_session_ends_after_seven_days_however_much_it_is_used(own_site: Published, client: FlaskClient) -> None:
    now = datetime.now(UTC)
    change(own_site, seen=now, expires=now + timedelta(minutes=1))
    assert signed_in(client)
    change(own_site, seen=now, expires=now)
    assert not signed_in(client)


def test_the_settings_say_how_long_sessions_last(own_site: Published) -> None:
    client = own_site.another_app(session_days=2).test_client()
    response = sign_in(client)
    assert "Max-Age=172800" in cookies(response)[NAME]
    with own_site.database.read() as session:
        row = session.scalars(select(LoginSession)).one()
        assert row.expires - row.created == timedelta(days=2)


def test_only_a_hash_of_the_token_is_kept(own_site: Published, client: FlaskClient) -> None:
    kept = client.get_cookie(NAME)
    assert kept is not None
    with own_site.database.read() as session:
        held = session.scalars(select(LoginSession.token_hash)).one()
    assert kept.value not in held
    client.set_cookie(NAME, held, secure=True)
    assert not signed_in(client)


@pytest.mark.parametrize("value", ["", "x", "ä" * 50, "a" * 3000])
def test_a_cookie_that_is_no_token_opens_nothing(published: Published, value: str) -> None:
    client = published.client()
    client.set_cookie(NAME, value, secure=True)
    assert not signed_in(client)


def test_unknown_wrong_and_disabled_are_answered_alike(own_site: Published) -> None:
    with own_site.database.write() as session:
        session.execute(update(User).where(User.email == OUTSIDER).values(disabled=datetime.now(UTC)))
    answers = []
    for email, password in (("nobody@example.org", PASSWORD), (READER, "not this one at all"), (OUTSIDER, PASSWORD)):
        client = own_site.client()
        token = csrf(client.get("/login").text)
        response = client.post("/login", data={"csrf_token": token, "email": email, "password": password})
        text = response.text.replace(csrf(response.text), "TOKEN").replace(email, "EMAIL")
        answers.append((response.status_code, sorted(cookies(response)), text))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401


def test_after_five_wrong_tries_even_the_right_password_waits(own_site: Published) -> None:
    client = own_site.client()
    token = csrf(client.get("/login").text)

    def attempt(password: str) -> int:
        form = {"csrf_token": token, "email": READER, "password": password}
        return client.post("/login", data=form).status_code

    assert [attempt("wrong, and wrong again") for _ in range(5)] == [401] * 5
    # The first pause is a second long; it is made longer here so that nothing hangs on how fast this runs.
    later = datetime.now(UTC) + timedelta(minutes=1)
    with own_site.database.write() as session:
        user = session.scalars(select(User).where(User.email == READER)).one()
        assert user.failures == 5
        assert user.blocked_until is not None
        user.blocked_until = later
    assert attempt(PASSWORD) == 401
    with own_site.database.write() as session:
        session.execute(update(User).where(User.email == READER).values(blocked_until=datetime.now(UTC)))
    assert attempt(PASSWORD) == 303


@pytest.mark.parametrize(
    "data",
    [
        {"email": [READER, "evil@example.org"], "password": PASSWORD},
        {"email[]": READER, "password": PASSWORD},
        {"email": READER, "password": [PASSWORD, PASSWORD]},
        {"password": PASSWORD},
        {},
    ],
)
def test_a_field_that_is_not_given_once_is_refused(own_site: Published, data: dict[str, object]) -> None:
    client = own_site.client()
    token = csrf(client.get("/login").text)
    assert client.post("/login", data={**data, "csrf_token": token}).status_code == 400


def test_the_password_is_never_shown_again(own_site: Published) -> None:
    response = sign_in(own_site.client(), password="a wrong but private one")
    assert "a wrong but private one" not in response.text


def test_the_key_is_made_once_and_only_its_owner_may_read_it(own_site: Published) -> None:
    folder = own_site.settings.data / "new"
    key = secret_key(folder)
    assert secret_key(folder) == key
    assert len(key) == 32
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret-key"]
    assert cookie_name(own_site.settings) == NAME


@pytest.mark.parametrize("address", ["/search?q=gr%C3%B6%C3%9Fe+100%25", "/alerts/100%25", "/alerts/gr%C3%B6%C3%9Fe"])
def test_signing_in_leads_back_to_any_address(own_site: Published, address: str) -> None:
    client = own_site.client()
    link = re.search(r'href="(/login\?next=[^"]+)"', client.get(address).text)
    assert link is not None
    wanted = parse_qs(urlsplit(unescape(link[1])).query)["next"][0]
    assert sign_in(client, next=wanted).headers["Location"] == address
