from __future__ import annotations

import httpx
import pytest

from tests.cli.conftest import Site

PASSWORD = "a long walk in the rain"


@pytest.fixture
def found(site: Site) -> Site:
    """Three runbooks about one word, for different audiences, and one about another."""
    site.runbook("open", "quokka", alert="QuokkaDown")
    site.runbook("inner", "quokka", audience="organisation")
    site.runbook("team", "quokka", audience="team:db")
    site.runbook("other", "numbat", title="Numbat & friends")
    assert site.run("ingest").exit_code == 0
    return site


def ids(answer: dict[str, object]) -> list[str]:
    hits = answer["hits"]
    assert isinstance(hits, list)
    return sorted(hit["id"] for hit in hits)


def test_the_answer_has_the_shape_that_is_promised(found: Site) -> None:
    answer = found.json("search", "numbat restart deployment")
    assert list(answer) == ["query", "total", "took_ms", "hits", "facets"]
    assert answer["query"] == "numbat restart deployment"
    assert answer["took_ms"] > 0
    hit = answer["hits"][0]
    assert list(hit) == ["id", "kind", "title", "path", "url", "section", "score", "snippet"]
    assert (hit["id"], hit["kind"], hit["path"]) == ("other", "runbook", "runbooks/other.md")
    assert hit["title"] == "Numbat & friends"
    assert hit["section"] == {"title": "Mitigation", "anchor": "s-mitigate"}
    assert hit["url"].startswith(f"{found.address}/runbooks/other/")
    assert hit["url"].endswith("#s-mitigate")
    assert hit["score"] > 0
    assert "<mark>" not in hit["snippet"]
    assert {"value": "runbook", "count": answer["total"]} in answer["facets"]["kind"]


def test_a_hit_at_a_documents_beginning_has_its_title_and_no_anchor(found: Site) -> None:
    hit = found.json("search", "friends")["hits"][0]
    assert hit["section"] == {"title": hit["title"], "anchor": ""}
    assert "#" not in hit["url"]


def test_the_address_is_one_that_the_site_answers_and_the_anchor_stands_on_its_page(found: Site) -> None:
    found.serve()
    hit = found.json("search", "numbat restart deployment")["hits"][0]
    page = httpx.get(hit["url"].partition("#")[0])
    assert page.status_code == 200
    assert f'id="{hit["section"]["anchor"]}"' in page.text


def test_the_command_line_sees_all_and_looks_through_other_eyes_when_asked(found: Site) -> None:
    found.run("user", "add", "ada@example.org", input=PASSWORD)
    found.run("user", "add", "dba@example.org", "--team", "db", input=PASSWORD)
    assert ids(found.json("search", "quokka")) == ["inner", "open", "team"]
    assert ids(found.json("search", "quokka", "--as", "anonymous")) == ["open"]
    assert ids(found.json("search", "quokka", "--as", "ada@example.org")) == ["inner", "open"]
    assert ids(found.json("search", "quokka", "--as", "DBA@example.org")) == ["inner", "open", "team"]


def test_what_others_may_not_see_is_in_no_count(found: Site) -> None:
    answer = found.json("search", "quokka", "--as", "anonymous")
    assert answer["total"] == 1
    assert answer["facets"]["kind"] == [{"value": "runbook", "count": 1}]


def test_an_account_that_there_is_not_is_a_sentence(found: Site) -> None:
    done = found.run("search", "quokka", "--as", "eve@example.org")
    assert done.exit_code == 1
    assert "There is no account for eve@example.org" in done.stderr


def test_the_limit_limits_the_hits_and_not_the_total(found: Site) -> None:
    answer = found.json("search", "quokka", "--limit", "1")
    assert (len(answer["hits"]), answer["total"]) == (1, 3)


def test_nothing_found_ends_with_1_and_an_answer(found: Site) -> None:
    answer = found.json("search", "xylophonist", code=1)
    assert (answer["total"], answer["hits"]) == (0, [])


def test_several_words_need_no_quotes(found: Site) -> None:
    assert found.json("search", "numbat", "kind:runbook")["query"] == "numbat kind:runbook"


def test_what_could_not_be_used_is_told_beside_the_answer(found: Site) -> None:
    done = found.run("search", "quokka", "after:someday", "--json")
    assert done.exit_code == 0
    assert "someday" in done.stderr


def test_for_people_each_hit_has_title_section_kind_and_address(found: Site) -> None:
    done = found.run("search", "numbat -quokka restart deployment")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("1 found in ")
    assert "Numbat & friends › Mitigation  (runbook)" in lines
    assert any(line.strip().startswith(f"{found.address}/runbooks/other/") for line in lines)
    assert "\x1b[" not in done.stdout


def test_show_tells_all_that_is_known_of_a_document(found: Site) -> None:
    shown = found.json("show", "open")
    assert {name: shown[name] for name in ("id", "kind", "title", "audience", "path", "owner")} == {
        "id": "open",
        "kind": "runbook",
        "title": "Case open",
        "audience": "public",
        "path": "runbooks/open.md",
        "owner": "platform",
    }
    assert shown["alerts"] == ["QuokkaDown"]
    assert shown["incident"] is None
    anchors = [section["anchor"] for section in shown["sections"]]
    assert "s-mitigate" in anchors
    assert shown["url"].startswith(found.address)


def test_show_gives_a_postmortem_its_incident(found: Site) -> None:
    found.write(
        "postmortems/one.md",
        "---\nid: one\nkind: postmortem\naudience: public\nseverity: SEV2\nstarted: 2026-03-04T22:10:00Z\n"
        "resolved: 2026-03-04T23:10:00Z\nfixed_by: A restart.\n---\n# It stopped\n\n"
        "## Action items\n\n- [ ] Watch it\n",
    )
    found.run("ingest")
    incident = found.json("show", "one")["incident"]
    assert (incident["severity"], incident["duration_s"], incident["fixed_by"]) == ("SEV2", 3600, "A restart.")
    assert incident["started"].startswith("2026-03-04T22:10:00")
    assert [action["title"] for action in found.json("show", "one")["actions"]] == ["Watch it"]


def test_show_writes_the_text_for_people(found: Site) -> None:
    done = found.run("show", "open")
    assert done.stdout.splitlines()[0] == "Case open"
    assert "alerts: QuokkaDown" in done.stdout
    assert "kubectl rollout restart deployment/quokka" in done.stdout


def test_a_text_cannot_command_the_terminal_it_is_shown_on(found: Site) -> None:
    found.runbook("odd", "wombat\x1b]0;owned\x07", title="Odd \x1b[8m one")
    found.run("ingest")
    for command in (["show", "odd"], ["search", "wombat"]):
        done = found.run(*command)
        assert "wombat" in done.stdout
        assert not {"\x1b", "\x07"} & set(done.stdout)


def test_show_does_not_tell_that_there_is_what_one_may_not_see(found: Site) -> None:
    hidden = found.run("show", "team", "--as", "anonymous")
    unknown = found.run("show", "nothing", "--as", "anonymous")
    assert hidden.exit_code == unknown.exit_code == 1
    assert hidden.stderr == unknown.stderr


def test_each_hit_says_why_it_stands_where_it_stands(found: Site) -> None:
    (hit,) = found.json("search", "numbat", "kind:runbook", "--explain")["hits"]
    assert {reason["name"] for reason in hit["reasons"]} >= {"word"}
    assert sum(reason["points"] for reason in hit["reasons"]) == pytest.approx(hit["score"], rel=1e-4)
    assert "reasons" not in found.json("search", "numbat", "kind:runbook")["hits"][0]
    assert "word: “numbat”" in found.run("search", "numbat", "kind:runbook", "--explain").output


def test_words_that_were_left_out_are_told(found: Site) -> None:
    done = found.run("search", "numbat", "frobnicate", "--json")
    assert done.exit_code == 0
    assert "Left out: frobnicate" in done.stderr
