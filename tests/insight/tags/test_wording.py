"""A text in sentences that stand in it."""

from __future__ import annotations

import pytest

from app.insight.tags.wording import LONGEST, Phrases, sentences, stems, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The disk was full. Nobody saw it.", ["The disk was full.", "Nobody saw it."]),
        ("- The disk was full\n- Nobody saw it", ["The disk was full", "Nobody saw it"]),
        ("A line that is\nwrapped by hand.", ["A line that is\nwrapped by hand."]),
        ("## Summary\n\nThe disk was full", ["Summary", "The disk was full"]),
        ("Version 2.4 of e.g. this was fine.", ["Version 2.4 of e.g. this was fine."]),
        ("\n \n--- 12:30 ---\n", []),
    ],
)
def test_a_text_is_parted_where_a_reader_would(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    (first, *_) = sentences("word " * 1000)
    assert len(first) <= LONGEST
    assert first.endswith("word")


def test_a_phrase_is_found_in_all_its_forms() -> None:
    phrases = Phrases([("connection pool", 1), ("out of memory", 2), ("pool", 3)])
    assert set().union(*phrases.found(stems("All connection pools ran out of memory.")).values()) == {1, 2, 3}
    assert phrases.found(stems("memory out")) == {}


def test_what_says_nothing_is_not_weighed() -> None:
    assert terms(stems("the disk of 5 is full")) == ["~disk", "~full"]
