"""How bad a text says it was, in the organisation's own levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.tags.model import Category
from app.insight.tags.severity import Severities

LEVELS = (
    Category("P1", "Down", "", examples=("More than 60 % of requests fail.", "Data of customers is lost.")),
    Category("P2", "Degraded", "", examples=("5 to 50 % of requests fail.", "It is slow.")),
    Category("P3", "Small", "", examples=("Some customers are affected, and there is a workaround.",)),
    Category("P4", "Harmless", "", examples=("Only staff notice.", "A near miss.")),
)
SCALE = Severities(LEVELS)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Nobody could sign in. It took an hour.", "P1"),
        ("About 70 % of requests failed.", "P1"),
        ("A day of customer data was lost.", "P1"),
        ("Between 14:00 and 15:00 some 20 % of requests failed.", "P2"),
        ("Pages were slow.", "P2"),
        ("At most 0.4 % of requests failed.", "P3"),
        ("A few customers saw an old price.", "P3"),
        ("There was no customer impact.", "P4"),
    ],
)
def test_a_level_is_known_by_what_its_criteria_speak_of(text: str, level: str) -> None:
    (found,) = SCALE.suggest("", f"It began on Monday. {text}")
    assert (found.value, found.evidence in text) == (level, True)


def test_what_did_not_happen_says_nothing() -> None:
    assert [each.value for each in SCALE.suggest("", "The site was never down. No data was lost.")] == []


def test_what_speaks_for_another_level_makes_it_less_sure() -> None:
    (alone,) = SCALE.suggest("", "The site was down.")
    (beside,) = SCALE.suggest("", "The site was down. Others had no impact.")
    assert (beside.value, beside.score < alone.score) in {("P1", True), ("P4", True)}


@pytest.mark.parametrize("levels", [(), LEVELS[:1], LEVELS[:2]])
def test_any_number_of_levels_will_do(levels: tuple[Category, ...]) -> None:
    found = Severities(levels).suggest("", "The site was down.")
    assert [each.value for each in found] == [level.name for level in levels[:1]]


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_answered_with_a_sentence_of_it(title: str, text: str) -> None:
    for each in SCALE.suggest(title, text):
        assert each.evidence in title or each.evidence in text
        assert 0 < each.score <= 1
