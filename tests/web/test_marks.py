"""Commands that are not what they seem, and prose made fit for a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.addresses import candidates, relative
from app.web.marks import HIDDEN, mark, plain, reason
from app.web.prose import hrefs, page_html

UNSEEN = (
    [chr(number) for number in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010))]
    + ["\u2060", "\ufeff", "\u00ad", "\u3164", "\u00a0", "\x1b", "\x07", "\r", "\x00"]
    + [chr(number) for number in (0xE0000, 0xE0001, 0xE0020, 0xE007F)]
)


@pytest.mark.parametrize("character", UNSEEN, ids=lambda character: f"U+{ord(character):04X}")
def test_a_character_that_cannot_be_seen_is_shown_and_refused(character: str) -> None:
    command = f"rm -rf {character}/tmp/x"
    why = reason(command)
    assert why is not None
    assert f"U+{ord(character):04X}" in why
    shown = plain(command, code=True)
    assert character not in shown
    assert f"U+{ord(character):04X}</span>" in shown


@pytest.mark.parametrize("command", ["kubectl \u0430pply -f x", "s\u0435rvice x", "p\u03b1ssword", "\u0441url x"])
def test_letters_of_two_scripts_in_one_word_are_shown_and_refused(command: str) -> None:
    assert "two scripts" in (reason(command) or "")
    assert 'class="unseen"' in plain(command, code=True)


@pytest.mark.parametrize(
    "command",
    ["kubectl apply -f x", "echo 'größe'", "grep ошибка log", "a\tb\nc", "echo 'привет' | wc", "echo 你好", "", "é"],
)
def test_an_honest_command_is_copied(command: str) -> None:
    assert reason(command) is None
    assert "unseen" not in plain(command, code=True)


def test_in_prose_only_what_turns_the_order_of_reading_is_marked() -> None:
    assert "U+202E" in plain("a\u202eb")
    for text in ("👩\u200d💻", "10\u00a0min", "mi\u00adnute"):
        assert plain(text) == text


@given(st.text(max_size=80), st.booleans())
def test_any_text_is_escaped(text: str, code: bool) -> None:
    shown = plain(text, code)
    for piece in ('<span class="unseen" title="', '">', "</span>"):
        shown = type(shown)(str(shown).replace(piece, ""))
    assert "<" not in shown
    assert not (code and HIDDEN.search(str(shown)))


def test_marks_never_stand_inside_a_reference() -> None:
    assert mark("a &lt; b &amp; c", True) == "a &lt; b &amp; c"


def nowhere(_: str) -> None:
    return None


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ('<a href="gone.md">words</a>', "words"),
        ('<a href="https://a.example/" rel="noopener">x</a>', '<a href="https://a.example/" rel="noopener">x</a>'),
        ('<p><a href="gone.md">a <em>b</em></a> c</p>', "<p>a <em>b</em> c</p>"),
        ("<table><tr><td>1</td></tr></table>", None),
    ],
)
def test_a_link_that_leads_nowhere_leaves_its_words(html: str, shown: str | None) -> None:
    made = page_html(html, nowhere)
    if shown is None:
        assert made.startswith('<div class="scroll" tabindex="0"')
        assert made.endswith("</table></div>")
    else:
        assert made == shown


def test_a_link_is_resolved_and_its_address_escaped() -> None:
    made = page_html('<a href="b.md?x=1&amp;y=2">b</a>', lambda href: f"/to?{href}&<")
    assert made == '<a href="/to?b.md?x=1&amp;y=2&amp;&lt;">b</a>'


def test_code_is_framed_and_refused_where_it_deceives() -> None:
    assert "data-refuse" not in page_html("<pre><code>ls\n</code></pre>", nowhere)
    made = page_html("<pre><code>l\u202es\n</code></pre>", nowhere)
    assert made.startswith('<div class="code" data-refuse="')
    assert made.endswith("</code></pre></div>")
    # What is hidden in a tag's neighbourhood is seen too.
    assert "data-refuse" in page_html("<pre><code>a<b>\u200b</b></code></pre>", nowhere)


@pytest.mark.parametrize(
    ("path", "href", "first"),
    [
        ("runbooks/a.md", "b.md", "runbooks/b.md"),
        ("runbooks/a.md", "../guides/c.md#x", "guides/c.md"),
        ("a.md", "./b%20c.md", "b c.md"),
        ("runbooks/a.md", "b", "runbooks/b"),
    ],
)
def test_a_relative_link_names_the_files_that_it_may_mean(path: str, href: str, first: str) -> None:
    found = candidates(path, href)
    assert found[0] == first
    assert first + ".md" in found
    assert first + "/README.md" in found


@pytest.mark.parametrize("href", ["../../etc/passwd", "../..", "#only", ""])
def test_a_link_out_of_the_source_names_nothing(href: str) -> None:
    assert candidates("runbooks/a.md", href) == []


@pytest.mark.parametrize("href", ["//evil.example", "https://a", "mailto:a@b", "/absolute", "\\\\host", "javascript:x"])
def test_only_relative_links_are_looked_for(href: str) -> None:
    assert not relative(href)
    assert hrefs([f'<a href="{href}">x</a><a href="b.md">y</a>']) == {"b.md"}


def test_the_items_of_a_checklist_have_boxes() -> None:
    html = "<ul><li>[ ] one</li><li>\n<p>[x] two</p></li><li>three [ ] not here, [x]</li></ul>"
    made = page_html(html, nowhere)
    assert "<li>☐ one</li>" in made
    assert "<p>☑ two</p>" in made
    assert "three [ ] not here, [x]" in made
