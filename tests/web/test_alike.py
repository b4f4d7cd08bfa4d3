"""Past incidents like what is on the page: on a post-mortem, and beside the results of a long question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.insight.keeping import keep_up
from app.insight.weights import PARTS
from tests.insight.recurrences import CATALOG, postmortem
from tests.insight.stories import files, recurring, told, told_once
from tests.web.published import ANONYMOUS, OUTSIDER, READER, Published, csrf, publish

FULL = postmortem(
    "Disk full on the thumbnail hosts",
    "2025-06-01T10:00:00Z",
    ["Watch the free space | platform | 2025-07-01 | detect | open"],
    body=told("disk", 1)[1],
    severity="SEV2",
    resolved="2025-06-01T11:30:00Z",
    fixed_by="Deleted old <debug> logs.",
)
PAGE = "/postmortems/disk-0/disk-full-on-the-thumbnail-hosts-once-more"
QUESTION = "thumbnail hosts volume filled up with debug logs and rendering stopped"
SECRET = {f"secret-{number}": told("disk", 40 + number) for number in range(9)}
RUNBOOK = "---\nid: full\nkind: runbook\ntitle: Disk full\naudience: public\n---\n\n## Mitigation\n\nDelete logs.\n"


def with_ids(texts: dict[str, str]) -> dict[str, str]:
    return {f"postmortems/{id}.md": text.replace("---\n", f"---\nid: {id}\n", 1) for id, text in texts.items()}


@pytest.fixture(scope="module")
def told_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    texts = with_ids(files(recurring(3) | told_once(12)) | {"disk-1": FULL})
    site = publish(tmp_path_factory.mktemp("alike"), {**CATALOG, **texts, "runbooks/full.md": RUNBOOK})
    keep_up(site.database, site.settings.data)
    yield site
    site.close()


def section(client: FlaskClient, address: str = PAGE) -> str:
    """What is seen before, of a page; empty where it says nothing of it."""
    response = client.get(address)
    assert response.status_code == 200
    found = re.search(r'<section class="section" id="similar".*?</section>', response.text, re.S)
    return found[0] if found else ""


def ask(client: FlaskClient, text: str, **more: str) -> Any:
    answer = client.get("/search.json", query_string={"q": text, **more}).json
    assert answer is not None
    return answer


def test_a_post_mortem_shows_what_was_seen_before_and_why(told_site: Published) -> None:
    shown = section(told_site.client())
    assert "Seen before" in shown
    assert 'href="/postmortems/disk-1/disk-full-on-the-thumbnail-hosts"' in shown
    assert "Deleted old &lt;debug&gt; logs." in shown
    assert "1 h 30 min" in shown
    assert re.search(r'<a href="/postmortems/disk-1/[^"]*#promised">', shown)
    assert "Both say “" in shown
    assert "The same went wrong: " in shown
    assert re.search(r"Here: <q>[^<]+</q></p><p>There: <q>[^<]+</q>", shown)
    assert "not stated" in shown


def test_the_table_shows_how_each_score_is_made(told_site: Published) -> None:
    shown = section(told_site.client())
    tables = re.findall(r"How the score of ([\d.]+) is made</summary>(.*?)</table>", shown, re.S)
    assert tables
    for score, table in tables:
        rows = re.findall(r'<th scope="row">(\w+)</th><td>([\d.]+)</td><td>([\d.]+)</td><td>([\d.]+)</td>', table)
        assert {name for name, *_ in rows} <= set(PARTS)
        for name, alike, weight, gives in rows:
            assert float(weight) == pytest.approx(PARTS[name], abs=0.005)
            assert float(gives) == pytest.approx(float(alike) * float(weight), abs=0.011)
        assert sum(float(gives) for *_, gives in rows) == pytest.approx(float(score), abs=0.04)


def test_the_head_of_the_page_leads_there(told_site: Published) -> None:
    text = told_site.client().get(PAGE).text
    assert re.search(r'<b>Seen before:</b> <a href="#similar">\d similar incidents?</a>', text)


@pytest.mark.parametrize("address", ["/postmortems/lone-3/printer-flood", "/runbooks/full/disk-full"])
def test_where_nothing_is_like_it_nothing_is_said(told_site: Published, address: str) -> None:
    assert section(told_site.client(), address) == ""
    assert "Seen before" not in told_site.client().get(address).text


def test_who_is_signed_in_can_say_yes_or_no_and_nobody_else(told_site: Published) -> None:
    assert "<form" not in section(told_site.client())
    shown = section(told_site.client(READER))
    assert re.search(r'name="alike" value="yes">Yes, the same<span class="unseen-label"> as Disk full', shown)
    assert re.search(r'name="alike" value="no">Not this one<span class="unseen-label">: Disk full', shown)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Published]:
    """A small site of the test's own."""
    texts = with_ids(files(recurring(2) | told_once(12)) | {"disk-1": FULL})
    site = publish(tmp_path, {**CATALOG, **texts})
    keep_up(site.database, site.settings.data)
    yield site
    site.close()


def say(client: FlaskClient, alike: str) -> None:
    form = {"document": "disk-0", "other": "disk-1", "next": f"{PAGE}#similar", "alike": alike}
    response = client.post("/similar/verdict", data={**form, "csrf_token": csrf(client.get(PAGE).text)})
    assert response.status_code in (302, 303), response.text
    assert response.headers["Location"] == f"{PAGE}#similar"


def test_what_was_said_is_remembered(own: Published) -> None:
    client = own.client(READER)
    say(client, "yes")
    shown = section(client)
    assert "Somebody said: the same again." in shown
    assert 'value="yes"' not in shown.partition("</li>")[0]
    say(client, "no")
    assert "/postmortems/disk-1/" not in section(client)
    assert "/postmortems/disk-1/" not in section(own.client())


def test_a_long_question_has_incidents_beside_its_results(told_site: Published) -> None:
    client = told_site.client()
    alike = ask(client, QUESTION)["alike"]
    assert 0 < len(alike) <= 3
    assert all(list(each) == sorted(each) or set(each) == {"url", "title", "why", "fixed_by"} for each in alike)
    assert all("disk" in each["url"] and each["why"] for each in alike)
    page = client.get("/search", query_string={"q": QUESTION}).text
    shown = re.search(r'<section id="alike".*?</section>', page, re.S)
    assert shown
    assert " hidden" not in shown[0].partition(">")[0]
    for each in alike:
        assert f'href="{each["url"]}"' in shown[0]


@pytest.mark.parametrize("text", ["thumbnail hosts volume filled", " ".join(QUESTION.split()[:7]), "pancake " * 9])
def test_a_short_question_or_one_about_something_else_has_none(told_site: Published, text: str) -> None:
    client = told_site.client()
    assert ask(client, text)["alike"] == []
    page = client.get("/search", query_string={"q": text}).text
    assert re.search(r'<section id="alike"[^>]* hidden>', page)


@pytest.mark.parametrize("typing", ["1", "paused"])
def test_while_one_types_none_are_asked_for(told_site: Published, typing: str) -> None:
    assert ask(told_site.client(), QUESTION, typing=typing)["alike"] == []


def seen(client: FlaskClient) -> list[str]:
    """All that may show an incident, as it is sent, but for what differs with each answer."""
    token = csrf(client.get("/lookup").text)
    pages = [client.get(PAGE).text, client.get("/search", query_string={"q": QUESTION}).text]
    pages.append(client.get("/search.json", query_string={"q": QUESTION}).text)
    pages.append(client.post("/lookup.json", data={"q": QUESTION, "csrf_token": token}).text)
    changing = r'name="csrf_token" value="[^"]*"|"took_ms": ?[\d.]+|in [\d.]+ ms|nonce="[^"]*"'
    return [re.sub(changing, "", page) for page in pages]


def test_a_restricted_incident_changes_nothing_for_who_may_not_see_it(own: Published) -> None:
    before = {persona: seen(own.client(persona)) for persona in (ANONYMOUS, OUTSIDER)}
    assert all("disk-1" in page for page in before[ANONYMOUS][:3])
    for path, text in with_ids(files(SECRET, audience="team:payments")).items():
        own.write(path, text)
    own.ingest()
    keep_up(own.database, own.settings.data)
    assert {persona: seen(own.client(persona)) for persona in (ANONYMOUS, OUTSIDER)} == before
    assert any("secret-" in page for page in seen(own.client(READER)))


def test_a_question_of_any_text_is_answered(told_site: Published) -> None:
    client = told_site.client()
    for text in ("\x00 " * 9, "<script> " * 20, "a " * 3000, '"' * 9 + " x" * 9):
        assert client.get("/search.json", query_string={"q": text}).status_code == 200
