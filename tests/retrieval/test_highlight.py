"""The part of a text that answers, marked before it is escaped."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.find import first_command
from app.retrieval.highlight import LEAD, WIDTH, snippet, tokens_of

LONG = " ".join(f"word{number}" for number in range(400))


def marked(text: str, query: str) -> str:
    return str(snippet(text, tokens_of(query)))


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("if a < b & c", "lt", "if a &lt; b &amp; c"),
        ("if a < b & c", "amp", "if a &lt; b &amp; c"),
        ("a &lt; b", "lt", "a &amp;<mark>lt</mark>; b"),
        ("<img onerror=x>", "img", "&lt;<mark>img</mark> onerror=x&gt;"),
        ('say "quot"', "quot", "say &#34;<mark>quot</mark>&#34;"),
        ("<mark>pool</mark>", "pool", "&lt;mark&gt;<mark>pool</mark>&lt;/mark&gt;"),
        ("The pools are exhausted", "pool", "The <mark>pools</mark> are exhausted"),
        ("use pg_stat_activity now", "pg_stat_activity", "use <mark>pg_stat_activity</mark> now"),
        ("nothing here", "pool", "nothing here"),
        ("", "pool", ""),
        ("  much \n\n  space\there  ", "space", "much <mark>space</mark> here"),
    ],
)
def test_words_are_marked_and_pieces_escaped(text: str, query: str, shown: str) -> None:
    assert marked(text, query) == shown


def test_a_long_text_is_cut_around_what_was_found() -> None:
    shown = marked(LONG, "word300")
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "<mark>word300</mark>" in shown
    assert len(re.sub(r"<[^>]+>", "", shown)) <= WIDTH + 4
    assert shown.index("<mark>") <= LEAD + 2


def test_a_long_text_without_the_words_is_shown_from_its_start() -> None:
    shown = marked(LONG, "absent")
    assert shown.startswith("word0 word1")
    assert shown.endswith(" …")


def test_the_place_with_most_different_words_is_taken() -> None:
    text = f"alpha {LONG} alpha beta gamma {LONG}"
    shown = str(snippet(text, tokens_of("alpha") | tokens_of("beta") | tokens_of("gamma")))
    assert "<mark>alpha</mark> <mark>beta</mark> <mark>gamma</mark>" in shown


@given(text=st.text(max_size=2000), query=st.text(max_size=30))
def test_what_is_shown_is_the_text_and_marks_are_the_only_markup(text: str, query: str) -> None:
    shown = marked(text, query)
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert not re.search(r"[<>]", bare)
    plain = unescape(bare).removeprefix("… ").removesuffix(" …")
    assert plain in " ".join(text.split())
    assert shown.count("<mark>") == shown.count("</mark>")


def test_a_text_far_longer_than_any_is_only_looked_at_so_far() -> None:
    assert "<mark>" not in marked("x " * 50_000 + "needle", "needle")


@pytest.mark.parametrize(
    ("html", "command"),
    [
        ("<p>none</p>", None),
        ("<pre><code>one\n</code></pre><pre><code>two\n</code></pre>", "one"),
        ('<pre><code class="language-sh">a &lt; b &amp;&amp; c\n</code></pre>', "a < b && c"),
        ("<pre><code>a <b>bold</b> &lt;pid&gt;\n</code></pre>", "a bold <pid>"),
        ("<pre><code>first\nsecond\n\n</code></pre>", "first\nsecond"),
        ("<pre><code></code></pre>", ""),
    ],
)
def test_a_sections_first_command_is_what_is_seen(html: str, command: str | None) -> None:
    assert first_command(html) == command
