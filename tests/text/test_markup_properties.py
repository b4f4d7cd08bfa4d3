"""Whatever is put together from hostile pieces comes out harmless, and cleaning it again changes nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.text import markup, sections

from .hostile import faults

PIECES = [
    *"<>\"'`*_[]()!#|\\&;:/-=~{}\n \t", "a", "é", "\u202e", "\x00", "\x1b", "\u00a0", "javascript:", "//e",
    "/\\e", "https://u@e", "data:text/html,", "\n\n", "```", "---\n", "| a | b |\n|-|-|\n", "<script>",
    "</script>", "<style>", "</style>", "<svg>", "<math>", "<mtext>", "<mglyph>", "<table>", "</table>", "<td>",
    "<form>", "</form>", "<noscript>", "<template>", "<title>", "<textarea>", "<xmp>", "<iframe srcdoc=",
    "<img src=x onerror=x>", "<a href='", "<a href=//e>", "<p title=\"", "<b>", "</b>", "<p>", "</p>",
    "<details>", "<summary>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "&#106;", "&colon;", "&Tab;",
    "&lt;", "onclick=x", " style=x", " id=x", "{{< ref \"x\" >}}", "{{%", "%}}", "[a]: ", "![", "](",
    "<annotation-xml encoding=text/html>", "<select>", "<option>", "<frameset>", "<plaintext>",
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(hostile | st.text(max_size=200))
def test_rendered_text_is_harmless_and_settled(text: str) -> None:
    html = markup.render(text).html
    assert not faults(html)
    assert markup.clean(html) == html


@settings(max_examples=400, deadline=None)
@given(hostile)
def test_each_section_is_harmless_by_itself(text: str) -> None:
    for section in sections.split(text).sections:
        assert not faults(section.html)
        assert markup.clean(section.html) == section.html
        assert "<" not in section.text or "<" in markup.unescape(section.html)


@settings(max_examples=200, deadline=None)
@given(hostile | st.text(max_size=200))
def test_plain_text_and_links_never_fail(text: str) -> None:
    assert isinstance(markup.plain(text), str)
    assert all(isinstance(link, str) for link in markup.links(text))
