from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import yaml


def test_scalars_are_text_and_have_lines() -> None:
    loaded = yaml.load("a: no\nb: 12:30:45\nc:\n  - 010\n  - 2024-02-30\nd: {e: null, f: '', g: ~}\n", first_line=10)
    assert loaded.data == {"a": "no", "b": "12:30:45", "c": ["010", "2024-02-30"], "d": {"e": None, "f": "", "g": None}}
    assert (loaded.line("a"), loaded.line("c", 1), loaded.line("d", "g"), loaded.line("x")) == (10, 14, 15, 10)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &x 1\nb: *x", 1, "anchor"),
        ("a: 1\nb:\n  <<: {c: 1}", 3, "merge"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: [\n", 2, "no valid YAML"),
        ("? [a, b]\n: 1", 1, "key that is not a text"),
        ("[" * 30 + "]" * 30, 1, "nested"),
        ("a: 1\n\tb: 2", 2, "no valid YAML"),
        ("a: \x07", 1, "no valid YAML"),
        ("a: 1\n---\nb: 2", 2, "no valid YAML"),
    ],
)
def test_what_surprises_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(yaml.Unreadable, match=words) as refused:
        yaml.load(text)
    assert refused.value.line == line


def test_large_texts_are_refused_before_they_are_read() -> None:
    text = "a: " + "x" * 70_000
    with pytest.raises(yaml.Unreadable, match="larger than 64 KB"):
        yaml.load(text)
    assert yaml.load(text, yaml.DATA_BYTES).data["a"].startswith("x")


def test_twenty_two_lines_that_grow_are_refused_at_once() -> None:
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 22)]
    started = time.process_time()
    with pytest.raises(yaml.Unreadable):
        yaml.load("\n".join(lines))
    assert time.process_time() - started < 0.5


def test_tags_make_nothing() -> None:
    assert yaml.load("a: !!python/object/apply:os.system ['true']").data == {"a": ["true"]}


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*"-:[]{}?&*!|>'\"%@`#,\n ", "a", "<<", "---\n", "\t", "\x00"]), max_size=40).map(
        "".join
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    line = 1
    try:
        yaml.load(text)
    except yaml.Unreadable as refused:
        line = refused.line
    assert line >= 1
