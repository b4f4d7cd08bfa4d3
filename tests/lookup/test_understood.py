from __future__ import annotations

from app.lookup.understand import understand
from app.lookup.understood import without

TEXT = "[FIRING:1] OrdersBacklog for shop\nservice: orders\nnamespace: shop\nThe queue grows without end"


def test_a_part_taken_away_is_gone_everywhere() -> None:
    understood = without(understand(TEXT), [("alert", "OrdersBacklog")])
    assert understood.alerts == ()
    assert "alertname" not in understood.labels
    assert understood.question == "for shop The queue grows without end"


def test_a_service_goes_with_the_label_that_named_it_and_the_label_with_the_service() -> None:
    whole = understand(TEXT)
    assert whole.services == ("orders",)
    for removed in (("service", "orders"), ("label", "service=orders")):
        understood = without(whole, [removed])
        assert understood.services == ()
        assert understood.labels == {"alertname": "OrdersBacklog", "namespace": "shop"}


def test_without_all_of_its_parts_nothing_is_left() -> None:
    whole = understand(TEXT)
    nothing = without(whole, [(part.kind, part.value) for part in whole.parts])
    assert (nothing.parts, nothing.labels, nothing.question, nothing.errors) == ((), {}, "", ())


def test_what_is_not_there_takes_nothing_away() -> None:
    whole = understand(TEXT)
    assert without(whole, [("alert", "Other"), ("nothing", "")]) == whole


def test_parts_stand_in_order_of_worth() -> None:
    kinds = [part.kind for part in understand(TEXT).parts]
    assert kinds == sorted(kinds, key=("alert", "service", "summary", "label").index)
