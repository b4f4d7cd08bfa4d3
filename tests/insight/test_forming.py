"""What recurs is found, stays what it is when more comes, and gives way to what people said."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest

from app.insight.casebook import Casebook
from app.insight.forming import Formed, Kept, Said, from_nothing
from app.insight.joining import joining, near_to
from tests.insight.stories import PROBLEMS, Story, book, case, recurring, told, told_once

NOTHING = Said()
LIBRARY = recurring(5) | told_once(20)


def sets(formed: list[Formed]) -> set[frozenset[str]]:
    return {frozenset(each.members) for each in formed}


def found(stories: dict[str, Story], *kept: Kept, said: Said = NOTHING) -> set[frozenset[str]]:
    return sets(from_nothing(book(stories), kept, said))


def joined(made: Casebook, new: list[str], kept: list[Kept], said: Said) -> list[Formed]:
    return joining(made, {id: near_to(made, id) for id in new}, kept, said)


def problem(name: str, times: int) -> frozenset[str]:
    return frozenset(f"{name}-{number}" for number in range(times))


def test_every_problem_that_recurs_is_one_group_and_what_came_once_is_in_none() -> None:
    assert found(LIBRARY) == {problem(name, 5) for name in PROBLEMS}


def test_it_matters_not_in_which_order_incidents_came() -> None:
    rows, rng = list(LIBRARY.items()), random.Random(1)
    for _ in range(3):
        rng.shuffle(rows)
        assert found(dict(rows)) == found(LIBRARY)
    made = Casebook(None)
    for id, story in rows:
        made.bring_up([case(id, *story)], ())
    assert sets(from_nothing(made, (), NOTHING)) == found(LIBRARY)


def test_it_matters_not_in_which_order_twins_came() -> None:
    """Many that score the same with one another, where only ids could decide."""
    stories = {f"{letter}-{number}": told("disk", number) for number in range(4) for letter in "abcdef"}
    rows, rng = list((stories | told_once(12)).items()), random.Random(2)
    first = found(dict(rows))
    for _ in range(3):
        rng.shuffle(rows)
        assert found(dict(rows)) == first


@pytest.mark.parametrize("stories", [{}, told_once(1), told_once(2), {"a": ("", ""), "b": ("", "")}])
def test_of_nothing_one_or_what_has_nothing_in_common_no_pattern_is_made(stories: dict[str, Story]) -> None:
    assert found(stories) == set()


def test_two_that_tell_the_same_are_a_pattern_however_small_the_library_is() -> None:
    assert found({"a": told("disk", 1), "b": told("disk", 2)}) == {frozenset({"a", "b"})}


def test_a_thousand_identical_incidents_are_one_pattern() -> None:
    many = {f"same-{number:04}": told("disk", 1) for number in range(1000)}
    assert found(many) == {frozenset(many)}


def test_a_problem_is_one_pattern_however_often_it_came_back() -> None:
    often = {id: story for id, story in recurring(40).items() if id.startswith("disk")}
    stories = often | recurring(12) | told_once(20)
    assert frozenset(often) in found(stories)
    made = book(stories | {"new": told("disk", 99)})
    (formed,) = joined(made, ["new"], [Kept("disk", set(often))], NOTHING)
    assert (formed.id, set(formed.members)) == ("disk", {"new"})


def test_one_more_of_the_very_same_joins_however_many_there_are() -> None:
    many = {f"same-{number:03}": told("disk", 1) for number in range(120)}
    made = book(many | {"new": told("disk", 1)} | told_once(5))
    (formed,) = joined(made, ["new"], [Kept("disk", set(many))], NOTHING)
    assert (formed.id, set(formed.members)) == ("disk", {"new"})


def test_each_member_has_how_near_it_is_to_the_others() -> None:
    for formed in from_nothing(book(LIBRARY), (), NOTHING):
        assert formed.id is None
        assert all(0 < score < 2 for score in formed.members.values())


def test_ten_in_a_hundred_more_leave_memberships_as_they_are() -> None:
    before = {pair for group in found(LIBRARY) for pair in combinations(sorted(group), 2)}
    more = {f"new-{name}": told(name, 77) for name in list(PROBLEMS)[:4]}
    more |= {f"new-{id}": story for id, story in list(told_once(24).items())[20:22]}
    after = {pair for group in found(LIBRARY | more) for pair in combinations(sorted(group), 2)}
    assert len(before & after) >= 0.95 * len(before)
    kept = [Kept(min(group), set(group)) for group in found(LIBRARY)]
    come = joined(book(LIBRARY | more), sorted(more), kept, NOTHING)
    there = {(each.id, *each.members) for each in come}
    assert there == {(f"{name}-0", f"new-{name}") for name in list(PROBLEMS)[:4]}


def test_kept_patterns_keep_their_members_and_never_merge() -> None:
    one, other = Kept("one", {"disk-0", "memory-0"}), Kept("other", {"disk-1", "quota-0"})
    formed = from_nothing(book(LIBRARY), [one, other], NOTHING)
    owned = {each.id: set(each.members) for each in formed if each.id}
    assert owned["one"] >= one.members
    assert owned["other"] >= other.members
    assert owned["one"].isdisjoint(owned["other"])
    everybody = [id for each in formed for id in each.members]
    assert len(everybody) == len(set(everybody))


def test_two_kept_patterns_with_the_very_same_incidents_stay_two() -> None:
    stories = {name: told("disk", 1) for name in ("a", "b", "c", "d", "e")} | told_once(12)
    formed = from_nothing(book(stories), [Kept("one", {"a", "b"}), Kept("other", {"c", "d"})], NOTHING)
    owned = {each.id: set(each.members) for each in formed}
    assert owned["one"] >= {"a", "b"}
    assert owned["other"] >= {"c", "d"}
    assert owned["one"].isdisjoint(owned["other"])


def test_what_is_excluded_does_not_come_back_by_itself() -> None:
    kept = Kept("disk", {"disk-0", "disk-1", "disk-2", "disk-3"}, {"disk-4"})
    assert "disk-4" not in next(each for each in from_nothing(book(LIBRARY), [kept], NOTHING) if each.id).members
    assert joined(book(LIBRARY), ["disk-4"], [kept], NOTHING) == []


def test_what_is_excluded_does_not_come_back_even_when_it_says_the_very_same() -> None:
    stories = {name: told("disk", 1) for name in ("a", "b", "c")} | told_once(12)
    kept = Kept("disk", {"a", "b"}, {"c"})
    assert sets(from_nothing(book(stories), [kept], NOTHING)) == {frozenset({"a", "b"})}
    assert joined(book(stories), ["c"], [kept], NOTHING) == []


@pytest.mark.parametrize("texts", [(1, 2, 3), (1, 1, 1)], ids=["alike", "identical"])
def test_two_of_which_somebody_said_no_are_never_together(texts: tuple[int, ...]) -> None:
    stories = {name: told("disk", number) for name, number in zip("abc", texts, strict=True)} | told_once(12)
    said = Said(apart=frozenset({("a", "b")}))
    assert not any({"a", "b"} <= group for group in found(stories, said=said))
    made = book(stories)
    assert not any(each.id == "disk" for each in joined(made, ["b"], [Kept("disk", {"a"})], said))
    assert not any({"a", "b"} <= set(each.members) for each in joined(made, ["a", "b"], [], said))


def test_two_of_which_somebody_said_yes_are_together_whatever_they_say() -> None:
    said = Said(alike=frozenset({("disk-0", "lone-3")}))
    group = next(group for group in found(LIBRARY, said=said) if "lone-3" in group)
    assert "disk-0" in group


def test_a_new_incident_joins_the_nearest_pattern_or_founds_one_and_changes_no_other() -> None:
    made = book(LIBRARY | {"new": told("disk", 50), "first": told("memory", 51)})
    kept = [Kept("disk", set(problem("disk", 5))), Kept("mail", set(problem("quota", 5)))]
    (come,) = joined(made, ["new"], kept, NOTHING)
    assert (come.id, list(come.members)) == ("disk", ["new"])
    (founded,) = joined(made, ["first"], kept, NOTHING)
    assert founded.id is None
    assert "first" in founded.members
    assert len(founded.members) == 2
    assert kept == [Kept("disk", set(problem("disk", 5))), Kept("mail", set(problem("quota", 5)))]


def test_new_incidents_of_one_new_problem_found_one_pattern() -> None:
    stories = {id: story for id, story in LIBRARY.items() if not id.startswith("disk")}
    more = {id: story for id, story in LIBRARY.items() if id.startswith("disk")}
    known = [Kept(name, set(problem(name, 5))) for name in PROBLEMS if name != "disk"]
    assert sets(joined(book(stories | more), list(more), known, NOTHING)) == {problem("disk", 5)}


def test_an_incident_that_has_a_pattern_is_put_into_no_second_one() -> None:
    stories = {"a": told("disk", 1), "b": told("disk", 2), "c": told("disk", 3)}
    formed = joined(book(stories | told_once(12)), ["a", "b", "c"], [], NOTHING)
    assert sets(formed) == {frozenset(stories)}
    assert joined(book(stories), ["a"], [Kept("one", {"a", "b"}), Kept("other", {"c"})], NOTHING) == []


def test_incidents_without_a_word_join_nobody() -> None:
    made = book(LIBRARY)
    more: dict[str, Any] = {"causes": ("capacity",), "services": ("checkout",)}
    made.bring_up([case(name, "", "", **more) for name in ("empty", "void")], ())
    groups = sets(from_nothing(made, (), NOTHING))
    assert groups - {frozenset({"empty", "void"})} == found(LIBRARY)
    kept = [Kept(min(group), set(group)) for group in found(LIBRARY)]
    assert all(each.id is None for each in joined(made, ["empty", "void"], kept, NOTHING))
