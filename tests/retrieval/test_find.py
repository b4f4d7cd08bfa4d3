"""A viewer's question, answered with rows that this viewer may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import Unavailable
from app.retrieval.find import MOST_OFFSET, MOST_PER_PAGE, Found, find
from app.retrieval.visibility import masks
from app.search.engine import Engine, Request, State, Visibility
from app.search.engines.whoosh import open_reader
from app.search.results import Hit, Results, Share
from app.viewer import ANONYMOUS, EVERYTHING, Viewer, member
from tests.web.published import Published

TEAM = member(1, "reader@example.org", frozenset({"payments"}), frozenset({"reader"}))
OTHERS = member(2, "outsider@example.org", frozenset({"search"}), frozenset({"reader"}))
Ask = Callable[..., Found]


@pytest.fixture
def engine(published: Published) -> Iterator[Engine]:
    engine = open_reader(published.settings.index)
    yield engine
    engine.close()


@pytest.fixture
def ask(published: Published, engine: Engine) -> Iterator[Ask]:
    with published.database.read() as session:

        def ask(query: str, viewer: Viewer = ANONYMOUS, **options: Any) -> Found:
            return find(session, engine, viewer, query, **options)

        yield ask


def ids(found: Found) -> list[str]:
    return [hit.document.id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pool exhausted kind:runbook", ["pool-exhausted"]),
        ('"too many clients already"', ["pool-exhausted"]),
        ("alert:PgTooManyConnections", ["pool-exhausted"]),
        ("alert:pgpoolsaturated severity:sev2", ["checkout-down"]),
        ("cause:deploy", ["derived"]),
        ("service:checkout after:2026", ["checkout-down"]),
        ("before:2025 kind:postmortem", ["derived"]),
        ("tag:pool", ["checkout-down"]),
        ("has:actions", ["checkout-down"]),
        ("owner:databases", ["pool-exhausted"]),
        ("serpentinex", []),
    ],
)
def test_a_question_finds_its_documents(ask: Ask, query: str, expected: list[str]) -> None:
    found = ask(query)
    assert ids(found) == expected
    assert found.total == len(expected)


def test_each_viewer_is_answered_with_what_they_may_see(ask: Ask) -> None:
    totals = [ask("kind:runbook", viewer).total for viewer in (ANONYMOUS, OTHERS, TEAM, EVERYTHING)]
    assert totals == [1, 2, 3, 3]
    assert ids(ask("serpentinex", TEAM)) == ids(ask("serpentinex", EVERYTHING))
    assert ask("serpentinex", OTHERS).tokens == frozenset()


def test_a_hit_names_the_section_to_land_on(ask: Ask) -> None:
    (hit,) = ask('"too many clients already"').hits
    assert hit.section is not None
    assert hit.section.anchor == "symptoms"
    assert hit.address == "/runbooks/pool-exhausted/postgresql-too-many-connections#s-symptoms"
    assert "<mark>clients</mark>" in hit.snippet


def test_a_runbooks_hit_brings_the_first_command_even_where_the_section_has_none(ask: Ask) -> None:
    (hit,) = ask('"too many clients already"').hits
    assert hit.command == 'psql -c "SELECT pid, state FROM pg_stat_activity"'
    postmortem = next(hit for hit in ask("pool").hits if hit.document.id == "checkout-down")
    assert postmortem.command is None


def test_a_facets_question_is_the_edited_one(ask: Ask) -> None:
    found = ask("pool service:checkout")
    service = {value.value: value for value in found.facets["service"]}
    assert service["checkout"].chosen
    assert service["checkout"].query == "pool"
    assert not service["postgresql"].chosen
    assert service["postgresql"].query == "pool service:checkout service:postgresql"
    for name, values in found.facets.items():
        for value in values:
            if not value.chosen and name != "service":
                assert ask(value.query).total == value.count


def test_a_word_that_is_being_typed_is_a_prefix(ask: Ask) -> None:
    assert ask("exhau", typing=True).total == 2


def test_a_last_word_that_nobody_wrote_is_taken_for_the_beginning_of_one(ask: Ask) -> None:
    assert ask("exhau").total == 2
    assert ask("exhau").corrections == {}


def test_a_synonym_of_the_catalog_is_found(ask: Ask) -> None:
    assert "quiet" in ids(ask("db"))


def test_a_typo_is_corrected_and_told(ask: Ask) -> None:
    found = ask("conections")
    assert found.corrections == {"conections": ("connections",)}
    assert "pool-exhausted" in ids(found)


def test_every_hit_answers_the_second_question_too(ask: Ask) -> None:
    assert set(ids(ask("pool"))) == {"pool-exhausted", "checkout-down"}
    found = ask("pool", within="kind:runbook")
    assert ids(found) == ["pool-exhausted"]
    assert found.text == "pool"
    assert [value.query for value in found.facets["service"]] == ["pool service:postgresql"]


def test_pages_are_parts_of_one_order(ask: Ask) -> None:
    whole = ids(ask("the", EVERYTHING, limit=MOST_PER_PAGE))
    parts = [ids(ask("the", EVERYTHING, limit=2, offset=offset)) for offset in range(0, len(whole), 2)]
    assert [id for part in parts for id in part] == whole
    assert len(whole) > 4


class Watching:
    """An engine that finds nothing and notes what it was asked."""

    name = "watching"
    meaning = None

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def search(self, request: Request) -> Results:
        self.asked.append(request)
        return Results()

    def explain(self, request: Request, hits: Sequence[Hit]) -> dict[str, tuple[Share, ...]]:
        return {}

    def holding(self, visible: Visibility, words: Sequence[Collection[str]]) -> tuple[int, list[int]]:
        return 0, [0 for _ in words]

    def state(self) -> State:
        return State("", 0, 0)

    def close(self) -> None:
        self.asked.clear()


def test_no_answer_is_longer_or_begins_further_on_than_the_most(published: Published) -> None:
    watching = Watching()
    with published.database.read() as session:
        find(session, watching, ANONYMOUS, "pool", limit=10**9, offset=10**9)
    assert {(request.limit, request.offset) for request in watching.asked} == {(MOST_PER_PAGE, MOST_OFFSET)}


def test_messages_stand_beside_the_hits(ask: Ask) -> None:
    found = ask("pool after:tomorrow")
    assert found.total == 2
    assert "“tomorrow” is no date" in found.messages[0]


@pytest.mark.parametrize("name", ["Postgres", '"PostgreSQL"', "postgresql"])
def test_a_service_is_meant_by_its_title_and_its_aliases_too(ask: Ask, name: str) -> None:
    assert ids(ask(f"service:{name}")) == ids(ask("service:postgresql")) != []
    assert ids(ask(f"kind:runbook -service:{name}")) == ids(ask("kind:runbook -service:postgresql"))
    assert ids(ask(f"service:{name} OR service:basket")) == ids(ask("service:postgresql OR service:checkout"))
    (facet,) = [each for each in ask(f"service:{name}").facets["service"] if each.value == "postgresql"]
    assert facet.chosen
    assert facet.query == ""


@pytest.mark.parametrize("name", ["release", "Release", '"a change-was rolled out"'])
def test_a_cause_is_meant_by_its_title_and_its_aliases_too(ask: Ask, name: str) -> None:
    assert ids(ask(f"cause:{name}")) == ids(ask("cause:deploy")) != []


def test_a_cause_that_there_is_not_is_told_with_what_to_write(ask: Ask) -> None:
    assert ask("cause:capacitx").messages == ("There is no cause “capacitx”; leave it out, or write cause:capacity.",)


def test_a_service_that_there_is_not_is_told_with_what_to_write(ask: Ask) -> None:
    assert ask("pool service:postgresq").messages == (
        "There is no service “postgresq”; leave it out, or write service:postgresql.",
    )
    assert ask("pool service:zebra").messages == ("There is no service “zebra”; leave it out.",)
    assert ask("serpentinex service:postgresql").messages == ()


def test_an_empty_question_is_everything_one_may_see(ask: Ask) -> None:
    assert ask("").total == 6
    assert ask("", EVERYTHING).total == 9


def test_without_an_index_it_says_so(published: Published, tmp_path: Any) -> None:
    engine = open_reader(tmp_path / "nothing")
    with published.database.read() as session, pytest.raises(Unavailable, match="There is no index yet"):
        find(session, engine, ANONYMOUS, "pool")
    engine.close()


def test_a_hit_without_a_row_is_dropped_and_counted(own_site: Published) -> None:
    engine = open_reader(own_site.settings.index)
    with own_site.database.read() as session:
        assert find(session, engine, ANONYMOUS, "pool").dropped == 0
    with own_site.database.write() as session:
        session.execute(text("UPDATE documents SET deleted = '2026-01-01' WHERE id = 'checkout-down'"))
    with own_site.database.read() as session:
        found = find(session, engine, ANONYMOUS, "pool")
    engine.close()
    assert ids(found) == ["pool-exhausted"]
    assert found.dropped == 1


def test_masks_are_keyed_by_the_visibility_revision_and_the_audiences(own_site: Published) -> None:
    with own_site.database.read() as session:
        public, reference = masks(session, ANONYMOUS)
        team, same = masks(session, TEAM)
        assert public.key != team.key
        assert reference.load() == same.load()
        # Whoever sees what everybody sees is asked for once.
        assert reference.key == public.key != same.key != team.key
        assert public.load() == reference.load() < team.load()
        assert "ledger" in team.load() - public.load()
    file = own_site.content / "runbooks/pool-exhausted.md"
    file.write_text(file.read_text().replace("audience: public", "audience: team:payments"))
    own_site.ingest()
    with own_site.database.read() as session:
        after, _ = masks(session, ANONYMOUS)
        assert after.key != public.key
        assert "pool-exhausted" not in after.load()


@pytest.mark.parametrize(("audience", "weighed_over"), [("organisation", 9), ("team:payments", 0)])
def test_words_are_weighed_over_the_widest_audience_that_there_is_or_by_what_one_sees(
    own_site: Published, audience: str, weighed_over: int
) -> None:
    with own_site.database.write() as session:
        session.execute(text("UPDATE documents SET audience = :audience"), {"audience": audience})
    with own_site.database.read() as session:
        _, reference = masks(session, ANONYMOUS)
        assert len(reference.load()) == weighed_over
