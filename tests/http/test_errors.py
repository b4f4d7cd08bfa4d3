"""Errors as pages and as JSON: what happened and what to do next, and nothing of the inside."""

from __future__ import annotations

import shutil

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Unavailable, Unsupported
from tests.web.published import READER, Published, sign_in

pytestmark = pytest.mark.usefixtures("cheap_hashes")
INSIDE = ("Traceback", "sqlite", "SQL", "no such table", "File &#34;", "OperationalError", "/tmp/")
RUNBOOK = "/runbooks/pool-exhausted/postgresql-too-many-connections"


def is_a_page(response: TestResponse, status: int) -> None:
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    assert f'<p class="kind">{status}</p>' in response.text
    assert "<h1>" in response.text
    assert not [word for word in INSIDE if word in response.text]


def is_json(response: TestResponse, status: int) -> None:
    assert response.status_code == status
    assert response.content_type == "application/json"
    error = response.json["error"]  # type: ignore[index]
    assert set(error) == {"status", "title", "message"}
    assert error["status"] == status
    assert error["title"]
    assert error["message"]
    assert not [word for word in INSIDE if word in response.text]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("There is none."), 404),
        (Forbidden("Not yours."), 404),
        (Invalid("No date."), 400),
        (Unsupported("Not here."), 400),
        (Conflict("Changed."), 409),
        (Unavailable("Later."), 503),
        (AppError("Something."), 500),
        (RuntimeError("sqlite Traceback"), 500),
    ],
)
def test_each_error_has_its_status_as_page_and_as_json(own_site: Published, error: Exception, status: int) -> None:
    def fails() -> str:
        raise error

    own_site.app.view_functions["home.show"] = fails
    client = own_site.client()
    page = client.get("/")
    is_a_page(page, status)
    is_json(client.get("/", headers={"Accept": "application/json"}), status)
    assert ("Retry-After" in page.headers) == (status == 503)
    assert ("Not yours" in page.text) is False


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("GET", "/runbooks/none", 404),
        ("GET", "/causes/none", 404),
        ("GET", "/services/none", 404),
        ("DELETE", "/search", 405),
        ("POST", "/login", 400),
    ],
)
def test_a_request_that_cannot_be_answered_gets_page_or_json(
    published: Published, method: str, address: str, status: int
) -> None:
    client = published.client()
    is_a_page(client.open(address, method=method), status)
    is_json(client.open(address, method=method, headers={"Accept": "application/json"}), status)


def test_json_is_answered_where_the_address_says_so(published: Published) -> None:
    is_json(published.client().get("/nothing.json", headers={"Accept": "text/html"}), 404)
    is_a_page(published.client().get("/nothing", headers={"Accept": "*/*"}), 404)
    is_a_page(published.client().get("/nothing", headers={"Accept": "text/html,application/json;q=0.9"}), 404)


def test_a_wrong_method_is_told_the_right_one(published: Published) -> None:
    allowed = published.client().delete("/search").headers["Allow"]
    assert "GET" in allowed.split(", ")


@pytest.mark.parametrize(("address", "near"), [("/causes/capacit", "capacity"), ("/services/chekout", "checkout")])
def test_a_mistyped_name_is_told_the_nearest(published: Published, address: str, near: str) -> None:
    assert f"The nearest names are: {near}" in published.client().get(address).text


def test_without_an_index_search_says_why_and_everything_else_works(own_site: Published) -> None:
    shutil.rmtree(own_site.settings.index)
    client = own_site.client()
    page = client.get("/search?q=pool")
    is_a_page(page, 503)
    assert "There is no index yet" in page.text
    assert page.headers["Retry-After"]
    is_json(client.get("/search.json?q=pool"), 503)
    for address in ("/", "/search", RUNBOOK, "/runbooks", "/causes/capacity", "/services/postgresql", "/healthz"):
        assert client.get(address).status_code == 200, address
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json["problems"].keys() == {"index"}  # type: ignore[index]
    assert "hindsight_index_up 0.0" in client.get("/metrics").text


def no_database(site: Published) -> None:
    for file in site.settings.data.glob("hindsight.db*"):
        file.unlink()


def an_empty_database(site: Published) -> None:
    no_database(site)
    (site.settings.data / "hindsight.db").touch()


def no_sqlite_file(site: Published) -> None:
    no_database(site)
    (site.settings.data / "hindsight.db").write_bytes(b"This is no database. " * 400)


def an_unreadable_folder(site: Published) -> None:
    no_database(site)
    (site.settings.data / "hindsight.db").mkdir()


@pytest.mark.parametrize("fault", [no_database, an_empty_database, no_sqlite_file, an_unreadable_folder])
@pytest.mark.parametrize("cookie", [False, True])
def test_without_its_database_the_site_says_so_and_shows_nothing_of_the_inside(
    own_site: Published, fault: object, cookie: bool
) -> None:
    client = own_site.client(READER if cookie else "anonymous")
    fault(own_site)  # type: ignore[operator]
    for address in ("/", "/search?q=pool", RUNBOOK, "/actions"):
        page = client.get(address)
        is_a_page(page, 503)
        assert "The database does not answer now." in page.text
    is_json(client.get("/search.json?q=pool"), 503)
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "database" in ready.text
    assert "hindsight_database_up 0.0" in client.get("/metrics").text
    assert client.get("/static/x/none.css").status_code == 404
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def locked(site: Published, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of an app that does not wait for the database's lock."""
    monkeypatch.setattr("app.db.BUSY_SECONDS", 0)
    return site.another_app().test_client()


def test_a_locked_database_is_read_and_signing_in_says_to_try_again(
    own_site: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = locked(own_site, monkeypatch)
    with own_site.database.write() as session:
        session.execute(text("UPDATE counters SET value = value"))
        for address in ("/", RUNBOOK, "/search?q=pool"):
            assert client.get(address).status_code == 200
        is_a_page(sign_in(client), 503)
    assert sign_in(client).status_code == 303


def test_a_database_that_nobody_may_read_is_told_without_a_trace(
    own_site: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = locked(own_site, monkeypatch)
    own_site.database.close()
    keeper = own_site.database.readers.kw["bind"].raw_connection()
    cursor = keeper.cursor()
    cursor.execute("PRAGMA journal_mode=DELETE")
    cursor.execute("BEGIN EXCLUSIVE")
    is_a_page(client.get("/"), 503)
    cursor.execute("ROLLBACK")
    keeper.close()
    own_site.database.close()
    assert client.get("/").status_code == 200


def test_health_asks_for_nothing(published: Published) -> None:
    assert published.client().get("/healthz").json == {"status": "ok"}


def test_readiness_tells_how_far_the_index_is_behind(own_site: Published) -> None:
    client = own_site.client()
    before = client.get("/readyz").json
    assert before is not None
    assert before["status"] == "ready"
    assert before["lag"] == 0
    with own_site.database.write() as session:
        session.execute(text("UPDATE counters SET value = value + 3 WHERE name = 'library'"))
    after = client.get("/readyz").json
    assert after is not None
    assert after["lag"] == 3
    assert after["library"] == before["library"] + 3
    assert after["index"] == before["index"]


def test_metrics_are_what_prometheus_reads(published: Published) -> None:
    client = published.client()
    client.get("/search?q=pool")
    client.get("/no-such-page")
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(response.text)}
    assert families["hindsight_searches"].type == "counter"
    assert families["hindsight_request_seconds"].type == "histogram"
    endpoints = {sample.labels.get("endpoint") for sample in families["hindsight_request_seconds"].samples}
    assert {"search.show", "unknown"} <= endpoints
    assert families["hindsight_library_revision"].samples[0].value > 0
    assert (
        families["hindsight_index_revision"].samples[0].value == families["hindsight_library_revision"].samples[0].value
    )
