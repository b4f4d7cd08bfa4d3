"""The places of a reading list: items of its lists that begin with a link to another document, each with why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.ingest.formats.draft import ReadingDraft
from app.text import addresses, blocks
from app.text.markup import Token
from app.text.sections import Section

_BETWEEN = re.compile(r"^[\s:.,;–—-]+")


def readings(path: str, sections: Sequence[Section]) -> tuple[ReadingDraft, ...]:
    """What the list in the file `path` has its readers read, in order; a document that it names twice stands once."""
    found: dict[str, ReadingDraft] = {}
    for section in sections:
        for href, why in _items(section.tokens):
            if addresses.relative(href) and (files := addresses.candidates(path, href)):
                found.setdefault(files[0], ReadingDraft(files[0], why))
    return tuple(found.values())


def _items(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The link that each item of a list begins with, and the words behind it."""
    for index, token in enumerate(tokens):
        if token.type != "list_item_open" or index + 2 >= len(tokens) or tokens[index + 2].type != "inline":
            continue
        children = tokens[index + 2].children or []
        if not children or children[0].type != "link_open":
            continue
        end = next(place for place, child in enumerate(children) if child.type == "link_close")
        label = "".join(child.content for child in children[: end + 1])
        said = blocks.words(tokens[index + 2]).text
        why = said[len(" ".join(label.split())) :]
        yield str(children[0].attrs.get("href", "")), _BETWEEN.sub("", why)
