"""The headers that every answer carries, whatever it is an answer to."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.published import READER, Published, sign_in

pytestmark = pytest.mark.usefixtures("cheap_hashes")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def stylesheet(app: Flask) -> str:
    return f"/static/{app.config['ASSETS_VERSION']}/hindsight.css"


def every_kind_of_answer(published: Published, app: Flask) -> dict[str, TestResponse]:
    client, css = app.test_client(), stylesheet(app)
    etag = client.get(css, buffered=True).headers["ETag"]
    answers = {
        "page": client.get("/"),
        "json": client.get("/search.json?q=pool"),
        "redirect": client.get("/runbooks/pool-exhausted"),
        "not found": client.get("/no-such-page"),
        "not found, json": client.get("/no-such-page.json"),
        "wrong method": client.post("/search", headers={"Sec-Fetch-Site": "none"}),
        "no method at all": client.open("/", method="BREW"),
        "options": client.options("/"),
        "refused form": client.post("/login"),
        "foreign host": client.get("/", headers={"Host": "evil.example"}),
        "static": client.get(css, buffered=True),
        "static, unchanged": client.get(css, headers={"If-None-Match": etag}, buffered=True),
        "static, missing": client.get("/static/x/none.css"),
        "static, outside": client.get("/static/..%2F%5Cevil%2F%3F%2F.."),
        "health": client.get("/healthz"),
        "metrics": client.get("/metrics"),
    }
    assert answers["static, unchanged"].status_code == 304
    return answers


def test_every_answer_carries_the_headers(own_site: Published) -> None:
    for what, response in every_kind_of_answer(own_site, own_site.app).items():
        for name, value in EVERYWHERE.items():
            assert response.headers.getlist(name) == [value], f"{what}: {name}"
        assert "Strict-Transport-Security" not in response.headers, what
        assert not any(name.startswith("Access-Control-") for name in response.headers.keys()), what  # noqa: SIM118
        assert "Traceback" not in response.get_data(as_text=True), what


def test_an_answer_to_an_error_that_nobody_expected_carries_them_too(own_site: Published) -> None:
    def broken() -> str:
        raise RuntimeError("the inside")

    own_site.app.view_functions["home.show"] = broken
    response = own_site.client().get("/")
    assert response.status_code == 500
    assert "the inside" not in response.text
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


def test_https_is_kept_to_for_a_year_where_the_site_is_reached_over_it(own_site: Published) -> None:
    app = own_site.another_app(base_url="https://hindsight.example.org", allowed_hosts=("localhost",))
    for what, response in every_kind_of_answer(own_site, app).items():
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000", what


def test_what_a_signed_in_person_sees_is_stored_nowhere(published: Published) -> None:
    client = published.client(READER)
    for address in ("/", "/search?q=pool", "/search.json?q=pool", "/runbooks/ledger", "/no-such-page", "/runbooks/x"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "no-store", address
        assert "Cookie" in response.vary, address


def test_what_anybody_may_see_is_asked_for_anew(published: Published) -> None:
    response = published.client().get("/runbooks")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.vary


@pytest.mark.parametrize("password", ["a wrong one, surely", ""])
def test_no_answer_that_sets_a_cookie_or_follows_a_form_is_stored(own_site: Published, password: str) -> None:
    client = own_site.client()
    for response in (client.get("/login"), sign_in(client, password=password), sign_in(client)):
        assert response.headers["Cache-Control"] == "no-store"


def test_the_stylesheet_does_not_depend_on_who_asks(published: Published) -> None:
    css = stylesheet(published.app)
    for persona in ("anonymous", READER):
        response = published.client(persona).get(css, buffered=True)
        assert not response.vary
        assert not response.headers.getlist("Set-Cookie")
