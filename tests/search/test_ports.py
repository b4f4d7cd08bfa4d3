"""An address in a pasted line names what listens there by custom; a time of day and a place in a file do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.parser import parse
from app.search.plan import AtLeast, Group
from app.search.planner import plan
from app.search.ports import NAMES, ports


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dial tcp 10.0.3.2:5432: connect: connection refused", ["5432"]),
        ('Get "https://10.0.1.7:10250/containerLogs/shop": remote error', ["10250"]),
        ("cannot reach db.internal:3306, then [::1]:6379 and db.internal:3306 again", ["3306", "6379"]),
        ("nothing is known of 10.0.0.1:49152", []),
        ("03:12:44 and 12:53, 2026-02-11T03:25:53Z, +01:25", []),
        ("at serve.go:22, client.py:25 and Pool.java:123", []),
        ("release 1.2.3:22, ratio 1:53", []),
        ("", []),
    ],
)
def test_only_the_port_of_an_address_is_one(text: str, found: list[str]) -> None:
    assert ports(text) == found


def test_of_a_long_text_the_beginning_counts() -> None:
    assert ports("db:5432 " + "a b:5432x " * 100_000 + "cache:6379") == ["5432"]


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    assert set(ports(text)) <= NAMES.keys()


def looked_up(text: str) -> set[str]:
    """The tokens of the last word that a question comes to."""
    first = plan(parse(text)).nodes[0]
    assert isinstance(first, AtLeast)
    last = first.nodes[-1]
    groups = last.nodes if isinstance(last, AtLeast) else (last,)
    return {term.token for group in groups if isinstance(group, Group) for term in group.terms}


def test_a_pasted_line_is_looked_up_by_what_listens_there_too() -> None:
    line = "failed to connect, connection refused by 10.0.3.2:{}"
    assert any("postgres" in token for token in looked_up(line.format(5432)))
    assert not any("postgres" in token for token in looked_up(line.format(49152)))


def test_who_types_an_address_means_it_as_it_is() -> None:
    assert not any("postgres" in token for token in looked_up("refused 10.0.3.2:5432"))
