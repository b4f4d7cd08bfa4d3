"""Which causes a text speaks of, and by which of its sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.tags.model import Category, Lesson, Said, TagModel

CAPACITY = Category(
    "capacity",
    "Capacity",
    "Demand met a finite resource.",
    aliases=("overload",),
    examples=("A disk fills with logs.",),
    signals=("disk space", "exhausted", "full"),
)
POOL = Category("pool", "Connections", "The pool ran out.", parent="capacity", signals=("connection pool",))
DNS = Category("dns", "DNS", "A name was not found.", aliases=("name resolution",), signals=("resolver", "nameserver"))
TAXONOMY = (CAPACITY, POOL, DNS)
TITLE, TEXT = "Checkout down", "Nobody could pay. The connection pool was exhausted by idle clients. It went away."
ODD = st.text(max_size=300) | st.lists(
    st.sampled_from("full pool resolver DNS . ! | \n - * # ü 中 \0 \u202e 12:30".split(" ")), max_size=60
).map(" ".join)


@pytest.fixture(scope="module")
def first_day() -> TagModel:
    """What the taxonomy alone teaches."""
    return TagModel(TAXONOMY, ())


def causes(found: list[Said]) -> list[str]:
    return [each.value for each in found]


def test_the_taxonomy_alone_is_enough_to_begin_with(first_day: TagModel) -> None:
    found = first_day.suggest(TITLE, TEXT)
    assert set(causes(found)) >= {"pool", "capacity"}
    assert "dns" not in [each.value for each in found if each.score >= 0.5]
    best = next(each for each in found if each.value == "pool")
    assert best.evidence == "The connection pool was exhausted by idle clients."
    assert best.words[:2] == ("connection", "pool")
    assert 0.5 <= best.score <= 1


def test_a_child_is_used_instead_of_its_parent(first_day: TagModel) -> None:
    found = first_day.suggest(TITLE, TEXT)
    assert "capacity" not in causes(first_day.narrowed(found))
    assert "pool" in causes(first_day.narrowed(found))


def test_what_was_confirmed_teaches_words_that_no_taxonomy_has() -> None:
    text = "The zorblequux was wedged."
    assert causes(TagModel(TAXONOMY, ()).suggest("", text)) == []
    lessons = [Lesson(f"Case {number}. A wedged zorblequux again.", frozenset({"dns"})) for number in range(3)]
    lessons += [Lesson(f"Case {number}. Another thing was full.", frozenset({"capacity"})) for number in range(3)]
    found = TagModel(TAXONOMY, lessons).suggest("", text)
    assert causes(found)[0] == "dns"
    assert "zorblequux" in found[0].words


def test_the_same_lessons_give_the_same_scores() -> None:
    lessons = [Lesson("The resolver was slow.", frozenset({"dns"})), Lesson("A full disk.", frozenset({"capacity"}))]
    assert TagModel(TAXONOMY, lessons).suggest(TITLE, TEXT) == TagModel(TAXONOMY, lessons).suggest(TITLE, TEXT)


def test_a_category_that_a_lesson_names_and_the_taxonomy_does_not_is_left_out() -> None:
    model = TagModel(TAXONOMY, [Lesson("The resolver was slow.", frozenset({"dns", "long-gone"}))])
    assert causes(model.suggest("", "The resolver was slow.")) == ["dns"]


@pytest.mark.parametrize("parent", ["dns", "loop", "nowhere"])
def test_a_taxonomy_that_goes_in_a_circle_ends(parent: str) -> None:
    loop = Category("loop", "Loop", "It goes round.", parent=parent, signals=("round",))
    around = Category("dns", "DNS", "A name.", parent="loop", signals=("resolver",))
    assert "loop" in causes(TagModel((loop, around), ()).suggest("", "It goes round and round."))


def test_there_is_nothing_to_say_without_a_text_or_a_taxonomy(first_day: TagModel) -> None:
    assert first_day.suggest("", "") == []
    assert first_day.suggest("12:30", "--- | ---") == []
    assert TagModel((), ()).suggest(TITLE, TEXT) == []


def test_a_thousand_of_the_same_teach_what_one_does() -> None:
    model = TagModel(TAXONOMY, [Lesson(TEXT, frozenset({"pool"}))] * 1000)
    assert "pool" in causes(model.suggest(TITLE, TEXT))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "full. " * 170_000, "a b " * 250_000, "| " * 500_000])
def test_a_megabyte_is_answered(first_day: TagModel, text: str) -> None:
    assert all(each.evidence in text for each in first_day.suggest("", text))


@given(ODD, ODD)
def test_any_text_is_answered_with_sentences_of_it(title: str, text: str) -> None:
    for each in MODEL.suggest(title, text):
        assert each.evidence in title or each.evidence in text
        assert 0 < each.score <= 1
        assert each.words


MODEL = TagModel(TAXONOMY, [Lesson("The resolver was slow.", frozenset({"dns"}))])
