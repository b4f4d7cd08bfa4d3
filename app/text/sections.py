"""A document's sections: a heading and what stands under it, with an anchor and a role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from slugify import slugify

from app.text import blocks, bounds, markup
from app.text.markup import Token
from app.text.roles import role_of

LONGEST_ANCHOR = 80
LEAD = "top"

_EXPLICIT = re.compile(r"\s*\{#([A-Za-z][\w-]{0,79})\}\s*$")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Section:
    """`anchor` is unique in the document and without `s-`; `explicit` says that the text gave it with `{#name}`.

    `level` 0 is what stands before the first heading. `markdown` is the section's own text without the heading, `text`
    the same without markup (code kept), `html` what the page shows. `line` is the heading's line, from 1. `tokens` is
    for text/blocks.
    """

    anchor: str
    explicit: bool
    level: int
    heading: str
    role: str
    markdown: str
    text: str
    html: str
    line: int
    tokens: tuple[Token, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class Split:
    """`title` is the heading that names the document, if one does. `problem`: why a text is shown as it was written."""

    sections: tuple[Section, ...]
    title: str | None = None
    title_line: int | None = None
    problem: str | None = None


@dataclass(frozen=True)
class _Heading:
    """Where a heading stands, where its text and its tokens begin; `line` and `body` count lines, `first` tokens."""

    level: int
    text: str
    line: int
    body: int
    first: int


def split(markdown: str, title: str | None = None) -> Split:
    """The sections of a text, in order; nothing of it is lost.

    The heading that names the document is no section: its text joins the lead.
    """
    why = bounds.too_much(markdown)
    if why is None:
        parsed = markup.tokens(markdown)
        why = markup.too_deep(parsed)
        if why is None:
            result = _split(markdown, parsed, title)
            why = bounds.too_long(len(markdown), sum(len(section.html) for section in result.sections))
            if why is None:
                return result
    whole = Section(LEAD, False, 0, "", "other", markdown, markdown, markup.escaped(markdown), 1)
    return Split((whole,), problem=why)


def _split(markdown: str, parsed: Sequence[Token], title: str | None) -> Split:
    headings = _headings(parsed)
    name = _naming(headings, title)
    lines = markdown.split("\n")
    starts = [_Heading(0, "", 0, 0, 0), *(each for each in headings if each is not name)]
    sections: list[Section] = []
    taken: dict[str, int] = {}
    above: list[tuple[int, str]] = []
    for index, each in enumerate(starts):
        following = starts[index + 1] if index + 1 < len(starts) else None
        last_line, last_token = (following.line, following.first - 3) if following else (len(lines), len(parsed))
        tokens, own = parsed[each.first : last_token], lines[each.body : last_line]
        if name is not None and each.first <= name.first <= last_token:
            tokens = [*parsed[each.first : name.first - 3], *parsed[name.first : last_token]]
            own = [*lines[each.body : name.line], *lines[name.body : last_line]]
        text = "\n".join(own).strip("\n")
        if each.level or text.strip():
            sections.append(_section(each, text, tokens, taken, above))
    return Split(tuple(sections), name.text if name else None, name.line + 1 if name else None)


def _section(
    heading: _Heading, own: str, tokens: Sequence[Token], taken: dict[str, int], above: list[tuple[int, str]]
) -> Section:
    explicit = _EXPLICIT.search(heading.text)
    words = heading.text[: explicit.start()] if explicit else heading.text
    while above and above[-1][0] >= heading.level:
        above.pop()
    role = role_of(words) or (above[-1][1] if above else "other" if heading.level else "summary")
    if heading.level:
        above.append((heading.level, role))
    anchor = _unique(explicit[1] if explicit else slug(words) or LEAD, taken)
    shown = markup.html(tokens) if tokens else ""
    return Section(
        anchor=anchor,
        explicit=explicit is not None,
        level=heading.level,
        heading=words,
        role=role,
        markdown=own,
        text=markup.text(shown),
        html=markup.marked(shown),
        line=heading.line + 1,
        tokens=tuple(tokens),
    )


def _headings(parsed: Sequence[Token]) -> list[_Heading]:
    found: list[_Heading] = []
    for index, token in enumerate(parsed):
        if token.type == "heading_open" and token.level == 0 and token.map:
            text = " ".join(blocks.words(parsed[index + 1]).text.split())
            found.append(_Heading(int(token.tag[1]), text, token.map[0], token.map[1], index + 3))
    return found


def _naming(headings: Sequence[_Heading], title: str | None) -> _Heading | None:
    """The heading that names the document: one that equals its title, else the first, if its words name no role."""
    top = [each for each in headings if each.level == 1]
    if not top:
        return None
    if title is not None and (same := next((each for each in top if _folded(each.text) == _folded(title)), None)):
        return same if same is headings[0] or len(top) == 1 else None
    first = top[0]
    if first is not headings[0]:
        return None
    return first if len(top) == 1 or role_of(first.text) is None else None


def slug(heading: str) -> str:
    return slugify(heading, max_length=LONGEST_ANCHOR, word_boundary=True)


def _folded(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _unique(anchor: str, taken: dict[str, int]) -> str:
    """`name`, `name-2`, `name-3`; the count is kept for each name, so that thousands of equal headings cost no more."""
    found = anchor
    while found in taken:
        taken[anchor] += 1
        found = f"{anchor}-{taken[anchor]}"
    taken[found] = 1
    return found
