"""No text makes its readers take time that grows faster than the text."""

from __future__ import annotations

import time

import pytest

from app.search.parser import parse
from app.text.personal import mask_personal
from tests.search.test_parser import UNITS

# Ten times what is promised: the machine may be busy.
SECONDS = 10.0


@pytest.mark.parametrize("unit", UNITS)
def test_a_very_long_query_is_parsed_soon(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.perf_counter()
    parse(text)
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("unit", ["a.", "0 ", "1-", "::", "1.", "a@", "f", "@a", "0 1/", "(", "/home/"])
def test_personal_data_in_a_long_text_is_masked_soon(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    started = time.perf_counter()
    mask_personal(text)
    assert time.perf_counter() - started < SECONDS
