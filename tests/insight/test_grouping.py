"""Groups depend on what is near what alone: never on an order, and never on a number given beforehand."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.insight.casebook import Casebook
from app.insight.grouping import groups, neighbours, pairs, surroundings
from app.insight.weights import AROUND, LEAST_AROUND, SMALL, TOGETHER
from tests.insight.stories import book, case, recurring, told, told_once


class Nearnesses(NamedTuple):
    size: int
    near: dict[tuple[int, int], float]
    apart: list[tuple[int, int]]


@st.composite
def nearnesses(draw: st.DrawFn) -> Nearnesses:
    size = draw(st.integers(0, 12))
    every = list(combinations(range(size), 2))
    near = {pair: value for pair in every if (value := draw(st.integers(-2, 10))) > 0}
    apart = draw(st.lists(st.sampled_from(every), max_size=5, unique=True)) if every else []
    return Nearnesses(size, {pair: value / 10 for pair, value in near.items()}, apart)


def alone(size: int) -> list[frozenset[int]]:
    return [frozenset({place}) for place in range(size)]


@given(nearnesses(), st.randoms())
@settings(deadline=None)
def test_the_same_input_in_any_order_gives_the_same_groups(given: Nearnesses, rng: random.Random) -> None:
    found = groups(given.near, alone(given.size), given.apart)
    near, seeds, apart = list(given.near.items()), alone(given.size), list(given.apart)
    for several in (near, seeds, apart):
        rng.shuffle(several)
    assert set(groups(dict(near), seeds, apart)) == set(found)


@given(nearnesses())
@settings(deadline=None)
def test_groups_share_nobody_are_near_on_the_whole_and_hold_no_pair_that_is_apart(given: Nearnesses) -> None:
    found = groups(given.near, alone(given.size), given.apart)
    members = [place for group in found for place in group]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 for group in found)
    assert pairs(found).isdisjoint(given.apart)
    for group in found:
        within = [given.near.get(pair, 0.0) for pair in combinations(sorted(group), 2)]
        assert sum(within) / len(within) >= TOGETHER - 1e-9


@given(nearnesses())
@settings(deadline=None)
def test_groups_that_could_still_become_one_have(given: Nearnesses) -> None:
    found = groups(given.near, alone(given.size), given.apart)
    rest = set(range(given.size)) - {place for group in found for place in group}
    whole = [*found, *(frozenset({place}) for place in rest)]
    for one, other in combinations(whole, 2):
        between = [(min(a, b), max(a, b)) for a in one for b in other]
        mean = sum(given.near.get(pair, 0.0) for pair in between) / len(between)
        assert mean < TOGETHER or set(between) & set(given.apart)


def test_a_seed_stays_whole_and_a_lone_incident_is_no_group() -> None:
    assert groups({}, [frozenset({0, 3}), frozenset({1}), frozenset({2})]) == [frozenset({0, 3})]
    assert groups({}, alone(5)) == []
    assert groups({}, []) == []


def test_the_nearest_come_together_first() -> None:
    near = {(0, 1): 0.9, (1, 2): 0.25, (0, 2): 0.0, (2, 3): 0.3}
    assert set(groups(near, alone(4))) == {frozenset({0, 1}), frozenset({2, 3})}


def test_what_is_apart_stays_apart_when_others_join() -> None:
    near = {(0, 1): 0.9, (1, 2): 0.8, (0, 2): 0.7}
    assert groups(near, alone(3), [(0, 2)]) == [frozenset({0, 1})]


def test_surroundings_are_the_mean_of_those_behind_the_nearest() -> None:
    first, last = AROUND
    scores = np.arange(100, 0, -1).astype(np.float32)
    assert surroundings(scores) == pytest.approx(float(scores[first:last].mean()))
    assert surroundings(scores[::-1].copy()) == surroundings(scores)
    assert surroundings(scores[: first + 1]) == pytest.approx(float(scores[first]))


def test_in_a_small_library_surroundings_are_taken_to_be_what_strangers_score() -> None:
    few = np.full(AROUND[0], 0.9, np.float32)
    assert surroundings(few) == surroundings(few[:0]) == LEAST_AROUND
    assert surroundings(np.zeros(SMALL - 1, np.float32)) == LEAST_AROUND
    assert surroundings(np.zeros(SMALL, np.float32)) == 0


def compared(made: Casebook) -> tuple[dict[frozenset[str], float], set[frozenset[str]]]:
    """How near pairs are, and the pairs that say the very same, by their ids."""
    ids = sorted(made.places)
    near, same = neighbours(made, ids)
    return {frozenset({ids[a], ids[b]}): found for (a, b), found in near.items()}, {
        frozenset({ids[a], ids[b]}) for a, b in same
    }


def test_what_says_the_very_same_is_told_apart_from_what_is_near() -> None:
    stories = recurring(2) | told_once(6)
    stories |= {"again": stories["disk-0"], "once-more": stories["disk-0"]}
    near, same = compared(book(stories))
    assert same == {frozenset({"again", "disk-0"}), frozenset({"again", "once-more"})}
    assert same.isdisjoint(near)
    together = {pair for pair, found in near.items() if found > TOGETHER}
    assert frozenset({"memory-0", "memory-1"}) in together
    assert not any(id.startswith("lone") for pair in together for id in pair)


def test_incidents_without_a_word_say_not_the_same_as_anybody() -> None:
    made = book(recurring(2))
    more: dict[str, Any] = {"causes": ("capacity",), "services": ("checkout",)}
    made.bring_up([case(name, "", "", **more) for name in ("empty", "void")], ())
    made.bring_up([case("disk-7", *told("disk", 7), **more)], ())
    assert compared(made)[1] == set()


def test_of_none_there_is_nothing_near() -> None:
    assert neighbours(book({}), []) == ({}, [])
