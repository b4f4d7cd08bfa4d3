"""What stands before every view: the host's name, where a change comes from, and the token of the form."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.db import Base
from app.http.guards import allowed_hosts
from app.http.routes import TABLE
from app.library import AskedQuery
from app.settings import load
from tests.http.test_routes import addresses
from tests.web.published import PASSWORD, READER, Published, csrf

pytestmark = pytest.mark.usefixtures("cheap_hashes")
FOREIGN = (
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost/evil.example",
    "localhost?evil.example",
    "evil.example, localhost",
    "localhost, evil.example",
    "[::2]",
    "[",
    "",
    "<script>",
    "local host",
)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1", "[::1]:8000", "localhost."])
def test_the_names_of_this_machine_are_answered(published: Published, host: str) -> None:
    assert published.client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("address", ["/", "/healthz", "/search.json?q=pool", "/no-such-page"])
def test_a_foreign_host_is_refused_everywhere(published: Published, host: str, address: str) -> None:
    response = published.client().get(address, headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.text


@pytest.mark.parametrize("host", [host for host in FOREIGN if host])
def test_a_foreign_forwarded_host_is_refused(published: Published, host: str) -> None:
    response = published.client().get("/", headers={"X-Forwarded-Host": host})
    assert response.status_code == 400
    assert "HINDSIGHT_ALLOWED_HOSTS" in response.text


def test_the_settings_say_which_hosts_are_answered(own_site: Published) -> None:
    client = own_site.another_app(allowed_hosts=("runbooks.example.org",)).test_client()
    assert client.get("/", headers={"Host": "runbooks.example.org"}).status_code == 200
    assert client.get("/", headers={"Host": "localhost"}).status_code == 400
    assert "kb.example.org" in allowed_hosts(load({}, base_url="https://kb.example.org/hindsight"))


def login_form(token: str) -> dict[str, str]:
    return {"csrf_token": token, "email": READER, "password": PASSWORD}


@pytest.mark.parametrize("address", ["/login", "/logout"])
def test_a_change_without_the_forms_token_is_refused(published: Published, address: str) -> None:
    client = published.client(READER)
    foreign = csrf(published.client().get("/login").text)
    client.get("/")
    for data in (login_form(""), login_form("abc"), login_form(foreign), {"email": READER, "password": PASSWORD}):
        response = client.post(address, data=data)
        assert response.status_code == 400
        assert "Load the page again" in response.text
    assert "Sign out" in client.get("/").text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", ""])
@pytest.mark.parametrize("address", ["/login", "/logout"])
def test_a_change_sent_from_another_site_is_refused_even_with_its_token(
    published: Published, address: str, site: str
) -> None:
    client = published.client(READER)
    token = csrf(client.get("/").text)
    response = client.post(address, data=login_form(token), headers={"Sec-Fetch-Site": site})
    assert response.status_code == 400
    assert "Sign out" in client.get("/").text


def test_a_change_from_the_sites_own_page_is_taken(own_site: Published) -> None:
    client = own_site.client()
    token = csrf(client.get("/login").text)
    response = client.post("/login", data=login_form(token), headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 303


def test_a_token_of_before_signing_in_does_not_work_after_it(own_site: Published) -> None:
    client = own_site.client()
    before = csrf(client.get("/login").text)
    assert client.post("/login", data=login_form(before)).status_code == 303
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_reading_changes_nothing(own_site: Published) -> None:
    client = own_site.client(READER)

    def rows() -> dict[str, list[tuple[object, ...]]]:
        with own_site.database.read() as session:
            # How often something was asked is a number, and nobody's.
            tables = [table for table in Base.metadata.sorted_tables if table.name != AskedQuery.__tablename__]
            return {table.name: [tuple(row) for row in session.execute(select(table))] for table in tables}

    client.get("/")
    before = rows()
    assert len(before["documents"]) == 9
    for route in TABLE:
        for address in addresses(own_site, route):
            client.get(address, query_string={"q": "pool", "state": "settled", "email": "x"}, buffered=True)
            client.get("/logout")
    assert rows() == before


def test_a_form_that_is_too_large_is_refused(published: Published) -> None:
    response = published.client().post("/login", data={"email": "x" * 70_000})
    assert response.status_code == 413


def test_the_site_reads_while_another_process_holds_the_databases_lock(own_site: Published) -> None:
    client = own_site.client(READER)
    with own_site.database.write() as session:
        session.execute(text("UPDATE counters SET value = value"))
        assert "Sign out" in client.get("/").text
        assert client.get("/search?q=pool").status_code == 200
