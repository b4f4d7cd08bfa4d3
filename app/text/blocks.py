"""Tables, lists and paragraphs as plain values, for those who look for facts in a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.text.markup import Token


@dataclass(frozen=True)
class Words:
    """A run of text without markup; `line` counts from 0 in the parsed text, `links` are the addresses in it."""

    text: str
    line: int
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    line: int = 0


@dataclass(frozen=True)
class Item:
    """An item of a list: its own words, without those of lists inside it. `depth` 0 is the outermost list."""

    words: Words
    depth: int


@dataclass
class _Pending:
    words: list[Words] = field(default_factory=list)
    depth: int = 0


def words(inline: Token) -> Words:
    """What an inline token says."""
    text: list[str] = []
    links: list[str] = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline"):
            text.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or child.content.lower().startswith("<br"):
            text.append(" " if child.type == "softbreak" else "\n")
        elif child.type == "link_open":
            links.append(str(child.attrs.get("href", "")))
    lines = (" ".join(line.split()) for line in "".join(text).split("\n"))
    return Words("\n".join(lines).strip(), inline.map[0] if inline.map else 0, tuple(links))


def tables(tokens: Sequence[Token]) -> tuple[Table, ...]:
    found: list[Table] = []
    header: list[str] = []
    rows: list[tuple[Words, ...]] = []
    row: list[Words] = []
    start = line = 0
    heading = False
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            header, rows, start = [], [], token.map[0] if token.map else 0
        elif token.type == "tr_open":
            row, line = [], token.map[0] if token.map else 0
        elif token.type in ("th_open", "td_open"):
            heading = token.type == "th_open"
            cell = words(tokens[index + 1])
            row.append(Words(cell.text, line, cell.links))
        elif token.type == "tr_close":
            if heading:
                header = [cell.text for cell in row]
            else:
                rows.append(tuple(row))
        elif token.type == "table_close":
            found.append(Table(tuple(header), tuple(rows), start))
    return tuple(found)


def items(tokens: Sequence[Token]) -> tuple[Item, ...]:
    """Every item of every list, in the order in which they begin. A later paragraph of an item adds to its words."""
    found: list[_Pending] = []
    open_items: list[_Pending] = []
    for token in tokens:
        if token.type == "list_item_open":
            open_items.append(_Pending(depth=len(open_items)))
            found.append(open_items[-1])
        elif token.type == "list_item_close":
            open_items.pop()
        elif token.type == "inline" and open_items:
            open_items[-1].words.append(words(token))
    return tuple(Item(_joined(each.words), each.depth) for each in found if each.words)


def paragraphs(tokens: Sequence[Token]) -> Iterator[Words]:
    """Paragraphs outside lists, tables and quotes."""
    for index, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0:
            yield words(tokens[index + 1])


def _joined(parts: Sequence[Words]) -> Words:
    links = tuple(link for part in parts for link in part.links)
    return Words("\n".join(part.text for part in parts), parts[0].line, links)
