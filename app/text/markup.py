"""The only Markdown renderer: markdown-it, then nh3. What comes out may be shown as it stands.

Hostile text (scripts, handlers, foreign schemes, ids, styles, forms, SVG, comments) does not come out, and text that
would take too long to render does not go in. Images become links: nothing is loaded from elsewhere, and a reader sees
where a picture lies before opening it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token as Token

from app.text import addresses, bounds

# fmt: off
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}
# fmt: on
SETTLED = 5
LANGUAGE = re.compile(r"language-[a-z0-9+#-]{1,30}")

# Hugo's shortcodes: of a reference the target stays, of a time the time; the rest is layout.
_SHORTCODE = re.compile(r"\{\{[<%]-?\s*/?\s*(\w{0,40})([^{}\n]{0,400}?)/?-?[>%]\}\}")
_ARGUMENT = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s*$""")
_TRAILING = re.compile(r"[ \t]+$", re.M)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_IMAGE = re.compile(r"<img\b([^<>]{0,4000})>", re.I)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_LINK = re.compile(r'<a href="(https?://([^/"?#]+)[^"]*)"([^>]*)>(.*?)</a>', re.S)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|q|s|samp|small|span|strong|sub|sup|u|var)"
    r'(?:\s[^>"]*(?:"[^"]*"[^>"]*)*)?>'
)
_CELL = re.compile(r"</t[dh]>\s*<t[dh][^<>]*>")
_ANY_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')
_UNDERLINE = re.compile(r"^[ \t>]*(?:=+|-+)[ \t]*$", re.M)
_BLANK = re.compile(r"[ \t]*\n\s*\n\s*")


@dataclass(frozen=True)
class Rendered:
    """`problems` says, in a sentence each, why a text is shown as it was written instead of rendered."""

    html: str
    problems: tuple[str, ...] = ()


def render(markdown: str) -> Rendered:
    """A whole text as HTML."""
    why = bounds.too_much(markdown)
    if why is None:
        parsed = tokens(markdown)
        why = too_deep(parsed)
        if why is None:
            shown = html(parsed)
            why = bounds.too_long(len(markdown), len(shown))
            if why is None:
                return Rendered(marked(shown))
    return Rendered(escaped(markdown), (why,))


def plain(markdown: str) -> str:
    """A whole text without markup, as the index stores it: what a page shows, and nothing that it hides."""
    why = bounds.too_much(markdown)
    parsed = [] if why else tokens(markdown)
    return markdown if why or too_deep(parsed) else text(html(parsed))


def links(markdown: str) -> tuple[str, ...]:
    """The addresses of a text's links as written, those to other documents among them, in order and once."""
    if bounds.too_much(markdown):
        return ()
    found = (
        str(child.attrs["href"])
        for token in tokens(markdown)
        for child in token.children or ()
        if child.type == "link_open"
    )
    return tuple(dict.fromkeys(found))


def tokens(markdown: str) -> list[Token]:
    """The parsed text, with images as links and without comments. The caller has asked `bounds.too_much` first."""
    if "{{" in markdown:
        markdown = _SHORTCODE.sub(_shortcode, markdown)
    return _parser(_unused(markdown)).parse(markdown)


def too_deep(parsed: Sequence[Token]) -> str | None:
    """Why these tokens are not rendered, or None."""
    return bounds.too_deep(_raw(parsed)) if any(_raw(parsed)) else None


def html(parsed: Sequence[Token]) -> str:
    """Harmless HTML of these tokens. The caller has asked `too_deep` first."""
    shown = _markdown.renderer.render(parsed, _markdown.options, {})
    return clean(shown) if any(_raw(parsed)) else _cleaner.clean(shown)


def clean(raw: str) -> str:
    """Harmless HTML from any HTML; cleaning it again changes nothing."""
    shown = _cleaner.clean(raw)
    for _ in range(SETTLED):
        # What stood in a tag that was taken out may mean something else without it.
        again = _cleaner.clean(shown)
        if again == shown:
            return shown
        shown = again
    return escape(_ANY_TAG.sub(" ", shown), quote=False)


def text(shown: str) -> str:
    """What a reader sees of harmless HTML: inline tags vanish, a cell ends in a tab, all else in a line's end."""
    if "<" in shown:
        shown = _CELL.sub("\t", _INLINE.sub("", shown))
        shown = _ANY_TAG.sub("\n", shown)
    return _TRAILING.sub("", _BLANK.sub("\n", unescape(shown))).strip("\n")


def marked(shown: str) -> str:
    """The same with the host in words behind each link that leads out and does not show it."""
    return _LINK.sub(_told, shown) if 'href="http' in shown else shown


def escaped(markdown: str) -> str:
    """A text that is too much to render, as it was written."""
    return f"<pre>{escape(markdown, quote=False)}</pre>"


def _raw(parsed: Sequence[Token]) -> Iterator[str]:
    """The raw HTML of each block."""
    for token in parsed:
        if token.type == "html_block":
            yield token.content
        elif token.children and "<" in token.content:
            yield "".join(child.content for child in token.children if child.type == "html_inline")
        else:
            yield ""


def _shortcode(found: re.Match[str]) -> str:
    if found[1] not in ("ref", "relref", "track"):
        return ""
    argument = _ARGUMENT.search(found[2])
    return next(filter(None, argument.groups()), "") if argument else ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return addresses.outward(value)
    if name == "class":
        return value if LANGUAGE.fullmatch(value) else None
    if name in ("start", "colspan"):
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None
    return value if name == "rel" else None


def _told(found: re.Match[str]) -> str:
    address, host, rest, words = found.groups()
    if host.lower() in _ANY_TAG.sub("", words).lower():
        return found[0]
    return f'<a href="{address}"{rest}>{words}</a> <small>({host})</small>'


def _calm(state: StateCore) -> None:
    """Comments go, images become links: in the tokens, so that every reader of them agrees."""
    for token in state.tokens:
        if token.type == "html_block":
            token.content = _without_images(_COMMENT.sub("", token.content))
        elif token.type == "inline" and token.children and ("<" in token.content or "![" in token.content):
            token.children = list(_calm_inline(token.children))


def _calm_inline(children: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    linked = 0
    for child in children:
        linked += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "html_inline":
            child.content = _without_images(_COMMENT.sub("", child.content))
            out.append(child)
        elif child.type == "image":
            out.extend(_picture(child, linked > 0))
        else:
            out.append(child)
    return out


def _picture(image: Token, linked: bool) -> list[Token]:
    source = str(image.attrs.get("src", ""))
    words = Token("text", "", 0, content=_caption(source, image.content))
    if linked or source.lower().startswith("data:"):
        return [words]
    return [Token("link_open", "a", 1, attrs={"href": source}), words, Token("link_close", "a", -1)]


def _without_images(raw: str) -> str:
    return _IMAGE.sub(_raw_picture, raw) if "<" in raw else raw


def _raw_picture(found: re.Match[str]) -> str:
    said = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(found[1])}
    source = said.get("src", "")
    words = escape(_caption(source, said.get("alt", "")))
    return words if source.lower().startswith("data:") else f'<a href="{escape(source)}">{words}</a>'


def _caption(source: str, alternative: str) -> str:
    return f"Image: {alternative}" if alternative.strip() else "Image"


@cache
def _parser(unused: tuple[str, ...]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "maxNesting": 100})
    parser.enable(["table", "strikethrough"]).disable(list(unused))
    parser.core.ruler.push("calm", _calm)
    return parser


def _unused(markdown: str) -> tuple[str, ...]:
    """Rules that this text cannot call for. Each is tried on every line: without them parsing takes a fifth less."""
    return tuple(
        rule
        for rule, called in (
            ("table", "|" in markdown),
            ("lheading", _UNDERLINE.search(markdown) is not None),
            ("reference", "]:" in markdown),
            ("html_block", "<" in markdown),
            ("html_inline", "<" in markdown),
            ("autolink", "<" in markdown),
            ("blockquote", ">" in markdown),
            ("strikethrough", "~~" in markdown),
            ("entity", "&" in markdown),
        )
        if not called
    )


_markdown = _parser(())

_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes={"a": {"href"}, "code": {"class"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"}},
    attribute_filter=_attribute,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
)
