"""Names are the same whatever their capitals, blanks, dashes and underscores."""

from __future__ import annotations

import pytest

from app.text.names import folded


@pytest.mark.parametrize("name", ["Edge-Proxy", "edge_proxy", " EDGE  proxy ", "edge - proxy"])
def test_a_name_is_known_however_it_is_joined(name: str) -> None:
    assert folded(name) == "edge proxy"


def test_what_joins_nothing_is_no_word() -> None:
    assert folded("--_ ") == ""
