"""What a question means takes part where it can be told in time; letters answer in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.indexing.fill import fill
from app.indexing.sync import heal
from app.retrieval.find import Found, find
from app.search.engine import Engine
from app.search.engines.whoosh import open_reader, open_writer
from app.viewer import EVERYTHING
from tests.indexing.slow import Bag, Broken
from tests.web.published import Published

QUESTION = "pool connections idle"


@pytest.fixture
def site(own_site: Published) -> Published:
    """Its index has the vectors of a meaning that takes long to encode."""
    with closing(open_writer(own_site.settings.index, Bag())) as writer:
        fill(own_site.database, writer, heal(own_site.database, writer)[0])
    return own_site


@pytest.fixture
def bag() -> Bag:
    return Bag()


@pytest.fixture
def engine(site: Published, bag: Bag) -> Iterator[Engine]:
    with closing(open_reader(site.settings.index, bag)) as engine:
        yield engine


def ask(site: Published, engine: Engine, text: str, typing: bool = False, paused: bool = False) -> Found:
    with site.database.read() as session:
        return find(session, engine, EVERYTHING, text, typing=typing, paused=paused, explain=True)


def meant(found: Found) -> bool:
    return any(reason.name == "meaning" for hit in found.hits for reason in hit.reasons)


def test_what_takes_long_is_left_out_as_one_types(site: Published, engine: Engine, bag: Bag) -> None:
    typed = ask(site, engine, QUESTION, typing=True)
    assert (bag.encoded, meant(typed), bool(typed.hits)) == ([], False, True)
    entered = ask(site, engine, QUESTION)
    assert (set(bag.encoded), meant(entered)) == ({QUESTION}, True)
    assert {hit.document.id for hit in entered.hits} == {hit.document.id for hit in typed.hits}


def test_a_pause_while_one_types_is_time_for_what_takes_long(site: Published, engine: Engine) -> None:
    typed, paused = (ask(site, engine, "pool exhau", typing=True, paused=paused) for paused in (False, True))
    assert (meant(typed), typed.hurried) == (False, True)
    assert (meant(paused), paused.hurried) == (True, False)
    assert {hit.document.id for hit in paused.hits} == {hit.document.id for hit in typed.hits}
    assert (paused.total, paused.facets) == (typed.total, typed.facets)


@pytest.mark.parametrize(
    ("text", "hurried"),
    [
        ("pool exhausted", True),
        # What is answered with fewer words, too.
        ("pool nothinglikeit exhausted", True),
        ("pool", False),
        ("PgPoolSaturated", False),
        ("nothinglikeit neitherthis", False),
        ("kind:runbook service:postgresql", False),
        # A single hit has no other order.
        (QUESTION, False),
    ],
)
def test_that_there_is_a_better_order_is_told_where_there_can_be_one(
    site: Published, engine: Engine, bag: Bag, text: str, hurried: bool
) -> None:
    typed = ask(site, engine, text, typing=True)
    assert (typed.hurried, bag.encoded) == (hurried, [])
    assert not ask(site, engine, text).hurried


def test_what_is_unfinished_at_enter_is_meant_all_the_same(site: Published, engine: Engine, bag: Bag) -> None:
    assert meant(ask(site, engine, "pool connecti"))
    assert bag.encoded == ["pool connecti"] * len(bag.encoded)


def test_what_is_fast_takes_part_as_one_types(own_site: Published) -> None:
    with closing(open_reader(own_site.settings.index)) as engine:
        typed = ask(own_site, engine, QUESTION, typing=True)
    assert (meant(typed), typed.hurried) == (True, False)


def test_a_model_that_cannot_be_used_leaves_it_to_letters(site: Published) -> None:
    with closing(open_reader(site.settings.index, Broken("bag"))) as engine:
        found = ask(site, engine, QUESTION)
    assert (meant(found), bool(found.hits)) == (False, True)
