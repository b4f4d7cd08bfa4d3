"""A runbook to begin with: what is known stands in it, and its file can be read in as it is."""

from __future__ import annotations

import pytest

from tests.web.published import ANONYMOUS, READER, TEAM_SERVICE, Published, words

HOSTILE = 'a "quoted": [title]\n# \u202eback`tick` <b>'


def text_of(site: Published, persona: str = ANONYMOUS, **asked: str) -> str:
    return site.client(persona).get("/runbooks/stub.md", query_string=asked).text


def test_a_stub_says_what_is_known_and_marks_what_is_not(published: Published) -> None:
    text = text_of(published, title="Basket is slow", service="checkout", alert="BasketSlow", query="basket slow")
    assert 'title: "Basket is slow"' in text
    assert 'services: ["checkout"]' in text
    assert 'alerts: ["BasketSlow"]' in text
    assert 'owner: "platform"' in text
    assert "The alert `BasketSlow` fires." in text
    assert "Searched for as `basket slow`." in text
    bare = text_of(published, title="Basket is slow")
    assert "# services: [<service>]" in bare
    assert "# owner: <team>" in bare
    assert "Searched for" not in bare


def test_the_page_says_where_the_file_belongs_and_offers_it(published: Published) -> None:
    page = published.client().get("/runbooks/stub", query_string={"title": "Basket is slow", "query": "basket"})
    assert "Save it at content/runbooks/basket-is-slow.md" in words(page)
    assert 'href="/runbooks/stub.md?title=Basket+is+slow&amp;query=basket"' in page.text
    file = published.client().get("/runbooks/stub.md?title=Basket+is+slow")
    assert file.headers["Content-Disposition"] == "attachment; filename=basket-is-slow.md"
    assert file.headers["Content-Type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "title", "name"),
    [
        ({"query": "pool is slow"}, "Pool is slow", "pool-is-slow.md"),
        ({"alert": "KubePodCrashLooping"}, "KubePodCrashLooping", "kubepodcrashlooping.md"),
        ({}, "<What is wrong, as the page says it>", "new-runbook.md"),
        ({"title": "../../etc/passwd"}, "../../etc/passwd", "etc-passwd.md"),
        ({"title": "日本"}, "日本", "ri-ben.md"),
        ({"title": "…"}, "…", "new-runbook.md"),
        ({"title": "long " * 400}, ("long " * 400)[:200].strip(), None),
    ],
)
def test_whatever_is_asked_for_has_a_title_and_a_plain_file_name(
    published: Published, asked: dict[str, str], title: str, name: str | None
) -> None:
    response = published.client().get("/runbooks/stub.md", query_string=asked)
    assert f'title: "{title}"' in response.text
    filename = response.headers["Content-Disposition"].partition("filename=")[2]
    assert filename == (name or filename)
    assert len(filename) < 70
    assert "/" not in filename


def test_a_stub_is_found_by_what_was_searched_for_once_it_is_saved(own_site: Published) -> None:
    asked = {"title": HOSTILE, "service": "checkout", "alert": "BasketSlow", "query": "wobblegong " + HOSTILE}
    own_site.write("runbooks/wobble.md", text_of(own_site, **asked))
    report = own_site.ingest()
    assert [problem for problem in report.problems if problem.path == "runbooks/wobble.md"] == []
    found = own_site.client(READER).get("/search.json?q=wobblegong").json
    assert found is not None
    assert [hit["title"] for hit in found["hits"]] == ['a "quoted": [title] # back`tick` <b>']
    assert own_site.client(READER).get("/alerts/BasketSlow").status_code == 200


def test_a_file_that_is_there_already_is_told_to_those_who_may_see_it(own_site: Published) -> None:
    for persona, title, told in (
        (ANONYMOUS, "Pool exhausted", True),
        (ANONYMOUS, "Ledger", False),
        (READER, "Ledger", True),
    ):
        page = own_site.client(persona).get("/runbooks/stub", query_string={"title": title})
        assert ("in that file already" in words(page)) == told


def test_the_owner_of_a_hidden_service_is_not_told(published: Published) -> None:
    assert "# owner: <team>" in text_of(published, title="Stuck", service=TEAM_SERVICE)
    assert 'owner: "platform"' in text_of(published, READER, title="Stuck", service=TEAM_SERVICE)
