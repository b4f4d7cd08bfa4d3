"""One incident is compared with all others at once; how they came to be in the casebook makes no difference."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.insight import casebook as books
from app.insight.casebook import Casebook, score
from app.insight.labels import Labels, rarity
from app.insight.shards import LABELLED, Case
from app.insight.weights import NEIGHBOUR, PARTS
from tests.insight.stories import book, case, recurring, told, told_once

STORIES = recurring(2) | told_once(4)
CASES = [
    case(
        id,
        *story,
        causes=("capacity",) if number % 2 else (),
        services=(("checkout", "ledger", "mail")[number % 3],),
        alerts=(f"Alert{number % 5}",),
        detection="monitoring" if number % 4 else None,
    )
    for number, (id, story) in enumerate(STORIES.items())
]
NEIGHBOURS = {"checkout": frozenset({"ledger"}), "ledger": frozenset({"checkout"})}


def of(cases: list[Case]) -> Casebook:
    made = Casebook(None, neighbours=NEIGHBOURS)
    made.bring_up(cases, ())
    return made


def scores(made: Casebook, asked: Case) -> dict[str, tuple[float, ...]]:
    """Every part of how alike each incident is, by id."""
    parts = made.compare(asked)
    return {id: tuple(float(parts[part][place]) for part in PARTS) for id, place in made.places.items()}


def close(one: dict[str, tuple[float, ...]], other: dict[str, tuple[float, ...]]) -> bool:
    return one.keys() == other.keys() and all(np.allclose(one[id], other[id], atol=1e-5) for id in one)


def counted_anew(made: Casebook) -> Casebook:
    """The same casebook, its rarities counted now: they are when the number has changed noticeably."""
    made.counted.clear()
    made.bring_up([], ())
    return made


def test_each_part_lies_between_0_and_1_and_the_score_is_their_weighted_sum() -> None:
    made = of(CASES)
    for asked in CASES:
        parts = made.compare(asked)
        assert set(parts) == set(PARTS)
        assert all(((alike >= 0) & (alike <= 1.0001)).all() for alike in parts.values())
        total = sum(PARTS[part] * alike for part, alike in parts.items())
        assert np.allclose(score(parts), total, atol=1e-5)


def test_an_incident_is_most_like_itself_and_then_like_what_tells_the_same_problem() -> None:
    made = book(STORIES)
    for id in STORIES:
        found = score(made.compare(made.cases[made.places[id]]))
        ordered = [made.cases[place].id for place in np.argsort(-found, kind="stable")]
        assert ordered[0] == id
        if not id.startswith("lone"):
            assert ordered[1].partition("-")[0] == id.partition("-")[0]


def test_a_service_that_the_other_depends_on_counts_for_less_than_the_same() -> None:
    asked = case("asked", "", "", services=("checkout",))
    services = {"same": ("checkout",), "near": ("ledger",), "far": ("mail",), "several": ("checkout", "mail"), "": ()}
    made = of([case(id, "", "", services=names) for id, names in services.items()])
    parts = made.compare(asked)
    found = {id: float(parts["service"][place]) for id, place in made.places.items()}
    assert found["same"] > found["near"] > found["far"] == found[""] == 0
    assert found["near"] == pytest.approx(NEIGHBOUR * found["same"], rel=0.6)
    assert found["same"] > found["several"] > 0


def test_a_service_that_depends_on_itself_is_no_neighbour_more_than_the_same() -> None:
    made = Casebook(None, neighbours={"checkout": frozenset({"checkout"})})
    made.bring_up([case("a", "", "", services=("checkout",))], ())
    assert float(made.compare(made.cases[0])["service"][0]) == pytest.approx(1)


@pytest.mark.parametrize("asked", [Case(CASES[0].profile), case("", "", ""), CASES[0]])
def test_an_empty_casebook_is_asked_in_vain(asked: Case) -> None:
    made = Casebook(None)
    made.bring_up([], ())
    assert len(score(made.compare(asked))) == 0
    made.bring_up([CASES[0]], ())
    made.bring_up([], [CASES[0].id])
    assert made.places == {}
    assert np.isfinite(score(made.compare(asked))).all()


def test_incidents_that_say_nothing_at_all_are_compared_without_error() -> None:
    made = of([case(str(number), "", "") for number in range(3)])
    found = score(made.compare(made.cases[0]))
    assert np.isfinite(found).all()


@given(st.lists(st.tuples(st.integers(0, len(CASES) - 1), st.booleans()), max_size=30), st.randoms())
@settings(max_examples=30, deadline=None)
def test_incidents_that_came_in_parts_compare_like_those_that_came_together(
    changes: list[tuple[int, bool]], rng: random.Random
) -> None:
    made, there = of(CASES[:3]), {each.id: each for each in CASES[:3]}
    for number, added in changes:
        subject = CASES[number]
        if added:
            # The incident itself, or one that was written anew.
            subject = replace(rng.choice(CASES), id=subject.id)
            made.bring_up([subject], ())
            there[subject.id] = subject
        else:
            made.bring_up([], [subject.id])
            there.pop(subject.id, None)
    fresh = of(sorted(there.values(), key=lambda each: each.id))
    counted_anew(made)
    assert made.total == fresh.total == len(there)
    for asked in (CASES[0], CASES[-1], *list(there.values())[:3]):
        assert close(scores(made, asked), scores(fresh, asked))


def test_a_new_incident_hardly_changes_what_the_others_score() -> None:
    made = book(recurring(7) | told_once(14))
    asked = made.cases[0]
    before, total = scores(made, asked), made.total
    made.bring_up([case("new", *told("memory", 99))], ())
    after = scores(made, asked)
    assert made.total == total
    assert close(before, {id: parts for id, parts in after.items() if id != "new"})


def test_a_copy_that_is_brought_up_leaves_what_others_ask_as_it_is() -> None:
    made = of(CASES)
    before = scores(made, CASES[0])
    other = made.copy()
    other.bring_up([case("new", *told("memory", 99))], [CASES[1].id])
    assert scores(made, CASES[0]) == before
    assert other.places.keys() == (made.places.keys() | {"new"}) - {CASES[1].id}


def test_many_small_shards_become_one() -> None:
    made = of(CASES)
    for number in range(3 * books.MOST_SHARDS):
        made.bring_up([replace(CASES[number % 4], title=f"Change {number}")], ())
        assert len(made.shards) <= books.MOST_SHARDS
    assert sorted(made.places) == sorted(each.id for each in CASES)


def hidden(number: int) -> Case:
    return replace(case(f"hidden-{number}", *told("memory", number)), audience="team:payments")


@given(st.permutations(range(20)))
@settings(max_examples=15, deadline=None)
def test_what_is_hidden_never_changes_what_the_others_score(order: list[int]) -> None:
    public = book(STORIES)
    public.reference = frozenset({"public"})
    both = Casebook(frozenset({"public"}))
    both.bring_up(list(public.cases), ())
    for number in order:
        both.bring_up([hidden(number)], [hidden(order[number]).id] if number % 3 == 0 else ())
    for asked in (public.cases[0], case("", *told("memory", 50))):
        with_hidden = scores(both, asked)
        assert close(scores(public, asked), {id: each for id, each in with_hidden.items() if id in public.places})


def test_what_is_hidden_takes_no_places_among_those_whose_meaning_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MANY", 5)
    monkeypatch.setattr(books, "MEANT", 5)
    reference = frozenset({"public"})
    public = Casebook(reference)
    public.bring_up([case(id, *story) for id, story in STORIES.items()], ())
    both = Casebook(reference)
    both.bring_up([*public.cases, *(hidden(number) for number in range(20))], ())
    asked = case("", *told("memory", 50))
    seen = np.array([each.audience == "public" for each in both.cases])
    mine = public.compare(asked, public.alive)["meaning"]
    its = both.compare(asked, both.alive & seen)["meaning"]
    assert np.allclose(mine, its[seen], atol=1e-6)
    assert np.count_nonzero(mine) > 0


rows = st.lists(st.dictionaries(st.integers(0, 9), st.floats(0.5, 4), max_size=5), max_size=8)


@given(rows)
def test_labels_count_and_compare_as_plain_arithmetic_does(said: list[dict[int, float]]) -> None:
    def weighed(row: dict[int, float]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        return np.array(sorted(row), np.uint32), np.array([row[name] for name in sorted(row)], np.float32)

    labels = Labels([weighed(row) for row in said])
    everybody = np.ones(len(said), bool)
    counts = labels.counts(everybody)
    assert counts.tolist() == [sum(name in row for row in said) for name in labels.names.tolist()]
    labels.weigh(rarity(len(said), counts))
    for row in said:
        alike = labels.alike(*weighed(row))
        for place, other in enumerate(said):
            shared = dict(zip(labels.names.tolist(), rarity(len(said), counts).tolist(), strict=True))
            length = np.sqrt(sum((weight * shared[name]) ** 2 for name, weight in other.items())) or 1.0
            expected = sum(row[name] * weight * shared[name] / length for name, weight in other.items() if name in row)
            assert alike[place] == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_parts_are_those_that_weights_name() -> None:
    assert {*LABELLED, "meaning"} == set(PARTS)
