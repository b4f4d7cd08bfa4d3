"""Which services a text names."""

from __future__ import annotations

from app.insight.tags.services import Services

SERVICES = Services(
    [("api", ["api"]), ("public-api", ["public-api", "Public API"]), ("checkout", ["checkout", "basket"])]
)


def named(title: str, text: str) -> list[str]:
    return [each.value for each in SERVICES.suggest(title, text)]


def test_a_service_is_known_by_its_aliases_whatever_their_form() -> None:
    (found,) = SERVICES.suggest("Baskets were empty", "")
    assert (found.value, found.evidence) == ("checkout", "Baskets were empty")


def test_what_is_named_more_often_comes_first() -> None:
    assert named("", "The api was slow. Then checkout failed. Checkout came back.") == ["checkout", "api"]


def test_a_name_inside_a_longer_one_is_not_meant() -> None:
    assert named("The public API was down", "") == ["public-api"]


def test_the_label_of_an_alert_says_it_alone() -> None:
    (found,) = SERVICES.suggest("", 'It fired: HighLatency{severity="page", service="checkout"} for ten minutes.')
    assert found.value == "checkout"
    assert found.score >= 0.8


def test_nothing_is_named_by_a_text_that_names_nothing() -> None:
    assert named("", "") == []
    assert named("Something was slow", "Somebody noticed.") == []
