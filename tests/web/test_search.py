"""The results page and its JSON: the same answer twice, and every link on it is a question that can be asked."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import text as sql

from app.retrieval.find import PAGE
from tests.web.published import READER, Published, csrf, words

RUNBOOK = """---
id: page-{number}
kind: runbook
audience: public
---
# Paging {number}

The pagingword stands here.
"""
HIT = re.compile(r'<div class="hit" role="listitem">(.*?)</div>\n</div>', re.S)
PIECES = ("pool", "lt", "amp", '"', "-", ":", "service:", "kind:runbook", "severity:SEV2", "after:", "OR", "<", "&")
QUESTIONS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.binary(max_size=60).map(lambda data: data.decode("latin-1")),
)


def ask(client: FlaskClient, text: str, **more: str) -> dict[str, Any]:
    response = client.get("/search.json", query_string={"q": text, **more})
    assert response.status_code == 200
    answer: dict[str, Any] = json.loads(response.text)
    return answer


def results(client: FlaskClient, address: str) -> tuple[str, list[str]]:
    """The page without the templates for scripts, and its hits' markup."""
    response = client.get(address)
    assert response.status_code == 200
    page = re.sub(r"<template.*?</template>", "", response.text, flags=re.S)
    return page, HIT.findall(page)


def facet(answer: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    values: list[dict[str, Any]] = next((facet["values"] for facet in answer["facets"] if facet["name"] == name), [])
    return {value["word"]: value for value in values}


@pytest.fixture
def many(own_site: Published) -> FlaskClient:
    """A client of a site where `pagingword` is found in 23 runbooks."""
    for number in range(23):
        own_site.write(f"runbooks/page-{number}.md", RUNBOOK.format(number=number))
    own_site.ingest()
    return own_site.client()


def test_without_a_question_there_is_the_box_alone(published: Published) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20%20"):
        page, hits = results(published.client(), address)
        assert hits == []
        assert re.search(r"<textarea [^>]* autofocus", page)
        assert re.search(r'<section id="results"[^>]* hidden', page)


def test_the_json_says_what_the_page_says(published: Published) -> None:
    for persona in ("anonymous", READER):
        client = published.client(persona)
        for text in ("pool", "kind:runbook", "conections", "nothingatall", "ledger severity:sev1"):
            answer = ask(client, text)
            page, hits = results(client, f"/search?q={text}")
            assert len(hits) == len(answer["hits"])
            for card, hit in zip(answer["hits"], hits, strict=True):
                assert f'href="{card["url"]}"' in hit
                shown = unescape(re.sub(r"<[^>]+>", "", hit))
                for part in ("title", "section", "severity", "date", "meta", "step", "fixed_by", "command"):
                    assert card[part] in shown, part
                for part in ("heading", "snippet"):
                    assert "".join(piece for piece, _ in card[part]) in shown
                assert re.findall(r"<mark>([^<]+)</mark>", hit) == [
                    piece for piece, marked in (*card["heading"], *card["snippet"]) if marked
                ]
            assert f">{answer['total']} in " in page or answer["total"] == 0
            addresses = re.findall(r'<li><a href="([^"]+)"', page.partition('<p id="chosen"')[0])
            assert [unescape(address) for address in addresses] == [
                value["url"] for facet in answer["facets"] for value in facet["values"]
            ]


def test_the_answer_has_a_stable_shape(published: Published) -> None:
    answer = ask(published.client(), "pool kind:runbook")
    assert set(answer) == {
        *("query", "total", "summary", "correction", "messages", "hits", "facets", "chosen"),
        *("words", "explain", "onward", "hurried", "alike"),
    }
    assert answer["query"] == "pool kind:runbook"
    # The meaning that comes with the application is fast: there is no better order to come.
    assert ask(published.client(), "pool exhausted", typing="1")["hurried"] is False
    (hit,) = answer["hits"]
    assert hit["url"].startswith("/runbooks/pool-exhausted/postgresql-too-many-connections")
    assert hit["command"] == 'psql -c "SELECT pid, state FROM pg_stat_activity"'
    assert hit["meta"].startswith("PostgreSQL · owned by databases · reviewed ")


def test_a_hit_leads_to_its_section(published: Published) -> None:
    client = published.client()
    (hit,) = ask(client, '"too many clients already"')["hits"]
    assert hit["section"] == "Symptoms"
    address, _, anchor = hit["url"].partition("#")
    assert f'id="{anchor}"' in client.get(address).text


def test_a_facet_link_is_the_edited_question_and_narrows(published: Published) -> None:
    client = published.client(READER)
    whole = ask(client, "pool OR ledger")
    for facets in whole["facets"]:
        for value in facets["values"]:
            text = unescape(value["url"]).removeprefix("/search?q=").replace("+", " ")
            response = client.get(value["url"])
            assert response.status_code == 200
            narrowed = ask(client, text.replace("%22", '"'))
            assert narrowed["total"] == value["count"], value
            assert [chip["word"] for chip in narrowed["chosen"]] == [f"{facets['word']}: {value['word']}"]


def test_a_chosen_filter_is_shown_and_can_be_let_go(published: Published) -> None:
    client = published.client()
    answer = ask(client, "pool kind:runbook service:postgresql")
    words = [chip["word"] for chip in answer["chosen"]]
    assert words == ["Kind: Runbook", "Service: PostgreSQL"]
    assert answer["chosen"][0]["url"] == "/search?q=pool+service:postgresql"
    assert facet(answer, "kind")["Runbook"]["chosen"] is True
    assert facet(answer, "kind")["Runbook"]["url"] == "/search?q=pool+service:postgresql"
    page, _ = results(client, "/search?q=pool+kind:runbook")
    assert 'aria-label="Remove the filter Kind: Runbook"' in page
    assert 'aria-current="true"' in page


def test_a_facet_still_offers_its_other_values_when_one_is_chosen(published: Published) -> None:
    kinds = facet(ask(published.client(), "pool kind:runbook"), "kind")
    assert {word: value["count"] for word, value in kinds.items()} == {"Incident": 1, "Runbook": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pool after:someday", "“someday” is no date"),
        ("pool before:2026-02-30", "“2026-02-30” is no date"),
        ("pool servce:checkout", "There is no field “servce”; “service:checkout” was perhaps meant."),
        ("x" * 2001 + " pool", "Only the first 2,000 characters were used."),
    ],
)
def test_what_could_not_be_used_is_told_beside_the_results(published: Published, text: str, message: str) -> None:
    client = published.client()
    assert any(message in told for told in ask(client, text)["messages"])
    page = client.get("/search", query_string={"q": text})
    assert page.status_code == 200
    assert message in words(page)


def test_a_post_mortem_says_what_fixed_it_and_how_long_it_took(published: Published) -> None:
    (hit,) = ask(published.client(), "pool kind:postmortem")["hits"]
    assert hit["fixed_by"] == "Fixed in 1 h 47 min by: Raised pool_size and ended the idle transactions."
    assert (hit["severity"], hit["date"], hit["command"], hit["step"]) == ("SEV2", "2026-08-03", "", "")
    assert hit["meta"].startswith("Checkout · ")


def test_a_runbook_without_a_command_says_its_first_step_where_the_hit_lands(published: Published) -> None:
    (hit,) = ask(published.client(READER), "tourmalinex")["hits"]
    assert hit["command"] == ""
    assert hit["step"] == "First: Look at the tourmalinex."


def test_three_letters_that_complete_to_thousands_of_words_name_only_those_that_are_shown(own_site: Published) -> None:
    for number in range(12):
        codes = " ".join(f"QRX-{number}{each:03}" for each in range(100))
        own_site.write(
            f"runbooks/codes-{number}.md", f"---\nkind: runbook\naudience: public\n---\n# Codes\n\n{codes}\n"
        )
    own_site.ingest()
    answer = ask(own_site.client(), "qrx", typing="1")
    shown = " ".join("".join(text for text, _ in hit["snippet"]) for hit in answer["hits"]).casefold()
    assert (answer["total"], len(answer["hits"])) == (12, 10)
    assert all(any(marked for _, marked in hit["snippet"]) for hit in answer["hits"])
    assert 0 < len(answer["words"]) <= 10 * 100
    assert any(word in shown for word in answer["words"])


def test_a_command_is_whole_or_not_there(own_site: Published) -> None:
    long, longer = ("\n".join(f"echo {number}" for number in range(count)) for count in (40, 900))
    for name, command in (("long", long), ("longer", longer)):
        text = (
            f"---\nkind: runbook\naudience: public\n---\n# Wobbles {name}\n\n## Mitigation\n\n```sh\n{command}\n```\n"
        )
        own_site.write(f"runbooks/{name}.md", text)
    own_site.ingest()
    commands = {hit["title"]: hit["command"] for hit in ask(own_site.client(), "wobbles")["hits"]}
    assert commands == {"Wobbles long": long, "Wobbles longer": ""}


def test_found_words_are_marked_in_the_title_too(published: Published) -> None:
    card = next(hit for hit in ask(published.client(), "exhausted")["hits"] if "checkout-down" in hit["url"])
    assert card["heading"] == [["Checkout down while the pool was ", False], ["exhausted", True]]


@pytest.mark.parametrize(
    ("text", "beginnings"),
    [
        ("PgPoolSaturated", ["pgpoolsaturated"]),
        ("the pools are exhausted", ["exhaust", "pool"]),
        ('"too many clients"', ["clients", "many"]),
        ("exhausting", ["exhaust"]),
        ("many conections", ["connections", "many"]),
    ],
)
def test_it_is_told_how_the_words_begin_that_a_hits_page_marks(
    published: Published, text: str, beginnings: list[str]
) -> None:
    client = published.client()
    assert ask(client, text)["words"] == beginnings
    page, _ = results(client, f"/search?q={text}")
    assert f'data-words="{" ".join(beginnings)}"' in page


def test_a_correction_is_told_with_a_way_to_what_was_asked(published: Published) -> None:
    client = published.client()
    answer = ask(client, "many conections")
    assert answer["total"] == 2
    page, _ = results(client, "/search?q=many+conections")
    told = re.search(r'<p id="correction" class="correction">(.*?)</p>', page)
    assert told
    assert re.sub(r"<[^>]+>", "", told[1]) == (
        "Showing results for many connections · search for many conections instead"
    )
    assert f'href="{answer["correction"]["url"]}"' in told[1]
    asked = ask(client, 'many "conections"')
    assert asked["correction"] is None
    assert asked["query"] == 'many "conections"'
    assert answer["correction"]["url"] == "/search?q=many+%22conections%22"


def test_what_was_left_out_is_named(published: Published) -> None:
    message = "Nothing holds all of these words. Left out: frobnicate."
    client = published.client()
    assert message in ask(client, "pool frobnicate")["messages"]
    assert message in words(client.get("/search?q=pool+frobnicate"))
    assert message not in ask(client, "pool exhausted")["messages"]


def test_each_hit_says_why_it_stands_where_it_stands_when_asked(published: Published) -> None:
    client = published.client()
    answer = ask(client, "pool exhausted")
    assert answer["explain"] == "/search?q=pool+exhausted&explain=1"
    assert all(hit["reasons"] == [] for hit in answer["hits"])
    assert 'class="reasons"' not in client.get("/search?q=pool+exhausted").text
    _, hits = results(client, answer["explain"])
    assert [unescape(url) for hit in hits for url in re.findall(r'data-part="title" href="([^"]+)"', hit)] == [
        hit["url"] for hit in answer["hits"]
    ]
    for hit in hits:
        *points, score = map(float, re.findall(r"<td>(-?\d+\.\d\d)</td>", hit))
        assert points
        assert sum(points) == pytest.approx(score, abs=0.005 * (len(points) + 1))
    assert "“exhausted”" in words(client.get(answer["explain"]))


def test_nothing_found_leads_to_the_service_that_was_named(own_site: Published) -> None:
    services = own_site.content / "services.yml"
    named = services.read_text().replace("title: Databases}", 'title: Databases, channel: "#databases"}')
    own_site.write("services.yml", named)
    own_site.ingest()
    client = own_site.client()
    for text in ("service:postgres zzqqxxyy", 'zzqqxxyy service:"PostgreSQL"'):
        answer = ask(client, text)
        assert answer["total"] == 0
        onward = answer["onward"]
        assert onward["service"] == {"word": "PostgreSQL", "url": "/services/postgresql"}
        assert onward["who"] == "owned by Databases · #databases"
        assert [each["word"] for each in onward["runbooks"]] == ["PostgreSQL: too many connections"]
        page = client.get("/search", query_string={"q": text})
        assert "Runbooks of PostgreSQL · owned by Databases · #databases PostgreSQL: too many connections" in words(
            page
        )
        assert client.get(onward["write"]).status_code == 200


def test_nothing_found_names_no_service_that_the_reader_may_not_know_of(published: Published) -> None:
    text = "zzqqxxyy service:rhodonite-ledger"
    inside, outside = (ask(published.client(persona), text)["onward"] for persona in (READER, "anonymous"))
    assert inside["service"]["word"] == "Rhodonite ledger"
    assert [each["word"] for each in inside["runbooks"]] == ["Obsidianite ledger"]
    assert (outside["service"], outside["who"], outside["runbooks"]) == (None, "", [])


def test_without_a_script_one_line_is_a_question_and_more_is_looked_up(published: Published) -> None:
    client = published.client()
    token = csrf(client.get("/").text)
    asked = client.post("/lookup", data={"csrf_token": token, "q": "pool exhausted"})
    assert (asked.status_code, asked.location) == (303, "/search?q=pool+exhausted")
    pasted = client.post("/lookup", data={"csrf_token": token, "q": "ERROR one\r\nERROR two"})
    assert pasted.status_code == 200


def test_nothing_found_says_what_to_do(published: Published) -> None:
    page = published.client().get("/search?q=nothingatall")
    assert page.status_code == 200
    assert "Try fewer words" in words(page)
    assert not re.search(r'<div id="nothing"[^>]* hidden', page.text)


def test_long_results_come_in_pages(many: FlaskClient) -> None:
    seen: list[str] = []
    address = "/search?q=pagingword"
    for number in (1, 2, 3):
        page, hits = results(many, address)
        seen += [unescape(url) for hit in hits for url in re.findall(r'<a data-item [^>]*href="([^"]+)"', hit)]
        assert f"Page {number} of 3" in page
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        assert (onward is None) == (number == 3)
        address = "/search" + unescape(onward[1]) if onward else ""
    assert len(seen) == len(set(seen)) == 23
    assert 'rel="prev"' in page
    assert len(ask(many, "pagingword", page="2")["hits"]) == PAGE


def test_a_page_past_the_last_leads_back_to_the_last(many: FlaskClient) -> None:
    page, hits = results(many, "/search?q=pagingword&page=50")
    assert hits == []
    assert 'rel="prev" href="?q=pagingword&amp;page=3"' in page
    assert 'rel="next"' not in page


def test_the_pager_goes_no_further_than_results_are_given(many: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("app.web.search", "app.retrieval.find"):
        monkeypatch.setattr(f"{module}.MOST_OFFSET", PAGE)
    page, hits = results(many, "/search?q=pagingword&page=2")
    assert len(hits) == PAGE
    assert "Page 2 of 2" in page


def test_a_pagers_links_stay_on_the_site_whatever_the_address_carried(many: FlaskClient) -> None:
    for name in ("_external", "_scheme", "_anchor", "_method", "endpoint", "self", "kinds"):
        page, _ = results(many, f"/search?q=pagingword&{name}=javascript&_external=1")
        (onward,) = re.findall(r'rel="next" href="([^"]*)"', page)
        assert onward.startswith("?q=pagingword&amp;")
        assert f"{name}=javascript" in unescape(onward)
        assert many.get("/search" + unescape(onward)).status_code == 200


@pytest.mark.parametrize(
    ("query", "marked"), [("lt", "lt"), ("amp", "amp"), ("compare", "compare"), ("img", "img"), ("onerror", "onerror")]
)
def test_words_are_marked_in_the_text_and_not_in_its_markup(published: Published, query: str, marked: str) -> None:
    client = published.client()
    page, hits = results(client, f"/search?q={query}")
    (hit,) = [hit for hit in hits if "pool-exhausted" in hit]
    snippet = re.search(r'data-part="snippet">(.*?)</p>', hit, re.S)
    assert snippet
    assert f"<mark>{marked}</mark>" in snippet[1]
    assert "&<mark>" not in page
    plain = unescape(re.sub(r"</?mark>", "", snippet[1]))
    assert "lt and amp stand: compare with a < b; never <img src=x onerror=x> & co." in plain
    assert "<img" not in page
    card = next(hit for hit in ask(client, query)["hits"] if "pool-exhausted" in hit["url"])
    assert [marked, True] in card["snippet"]


def test_a_hits_command_that_hides_something_is_marked_and_refused(published: Published) -> None:
    client = published.client()
    (card,) = [hit for hit in ask(client, "pgbouncer")["hits"] if hit["section"] == "Verify"]
    assert "U+202E" in card["refuse"]
    _, hits = results(client, "/search?q=pgbouncer")
    (hit,) = [hit for hit in hits if "Verify" in hit]
    assert "data-refuse=" in hit
    assert 'class="unseen"' in hit


@given(text=QUESTIONS)
@hypothesis(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_a_question(published: Published, text: str) -> None:
    client = published.client()
    page = client.get("/search", query_string={"q": text})
    assert page.status_code == 200
    assert page.text.rstrip().endswith("</html>")
    answer = ask(client, text, typing="1")
    for value in (value for facet in answer["facets"] for value in facet["values"]):
        assert value["url"].startswith("/search?q=")


@pytest.mark.parametrize("raw", [b"%ff%fe", b"%00", b"%ED%A0%80", b"a%0D%0AX:y", b"%", b"%F0%9F%92%A9", b"&q=b", b"+"])
def test_any_bytes_are_a_question(published: Published, raw: bytes) -> None:
    client = published.client()
    for address in ("/search?q=", "/search.json?typing=1&q="):
        assert client.get(address + raw.decode()).status_code == 200


def test_a_change_is_found_by_every_running_process_without_a_restart(own_site: Published) -> None:
    clients = [own_site.client(app=app) for app in (own_site.app, own_site.another_app())]
    assert [ask(client, "pool")["total"] for client in clients] == [2, 2]
    own_site.write("runbooks/new.md", RUNBOOK.format(number=1).replace("pagingword", "newlyingested"))
    own_site.ingest()
    assert [ask(client, "newlyingested")["total"] for client in clients] == [1, 1]
    (own_site.content / "runbooks/new.md").unlink()
    own_site.ingest()
    assert [ask(client, "newlyingested")["total"] for client in clients] == [0, 0]


def test_a_hit_whose_document_just_went_is_left_out(own_site: Published) -> None:
    client = own_site.client()
    assert ask(client, "pool")["total"] == 2
    # As between the deletion of a row and the next commit of the index; the visibility counter is not yet moved on.
    with own_site.database.write() as session:
        session.execute(sql("UPDATE documents SET deleted = '2026-01-01' WHERE id = 'pool-exhausted'"))
    assert len(ask(client, "pool")["hits"]) == 1
    assert client.get("/search?q=pool").status_code == 200
