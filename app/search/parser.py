"""The query language: text to query and back. Any text is a query; what cannot be used is a message, never an error.

    words  "a phrase"  -word  -"a phrase"  -kind:guide  a OR b
    service: cause: severity: (or sev:) kind: owner: alert: tag: has:actions  after:2026-08  before:2026-09-01

What is pasted is full of signs that are no operators, so they are ones only where they can hardly be anything else: a
colon between a field's name and a value right behind it (`ERROR: hello` are words), quotation marks around whole words
(`msg="no space"` are words), a minus before at least three letters (`-n shop` are words). A text of more than
MOST_OPERATED pieces is pasted: of operators only fields work in it.
"""

from __future__ import annotations

import difflib
import re
from datetime import date

from app.search.query import FILTER_FIELDS, Clause, Either, Filter, Not, Phrase, Query, Since, Until, Word

MOST_CLAUSES = 64
MOST_TEXT = 16_000
MOST_MESSAGES = 8
MOST_OPERATED = 16
ALIASES = {"sev": "severity"}
DATES = ("after", "before")
FIELDS = (*FILTER_FIELDS, *ALIASES, *DATES)

_PIECE = re.compile(
    rf"""(?P<minus>(?<!\S)-(?=["]|[^\W\d_]{{3}}))?
        (?: (?<!\w)(?P<field>(?i:{"|".join(FIELDS)})):(?:"(?P<quoted>[^"]+)"|(?P<value>[^\s"]+))
          | (?:(?<!\S)|(?<=(?<!\S)-))"(?P<phrase>[^"]*)"(?!\S)
          | (?P<word>[^\s"]+|")
        )""",
    re.VERBOSE,
)
# What at the start of a word would make it more than a word.
_OPERATOR = re.compile(rf"(?<!\S)(?:-(?=[^\W\d_]{{3}}))?(?:(?P<field>(?i:{'|'.join(FIELDS)})):(?=\S))?")
_SAYS = re.compile(r"[^\W_]")
_LIKE_FIELD = re.compile(r"([A-Za-z]+):(\w\S*)")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_LEVEL = re.compile(r"(?:sev-?)?(\d)")


def parse(text: str) -> Query:
    """The question that a text asks."""
    alternatives: list[tuple[Clause, ...]] = []
    messages: list[str] = []
    pieces = list(_PIECE.finditer(text[:MOST_TEXT]))
    # Filters do not count: a link that adds one must not change how the rest is read.
    pasted = sum(piece["field"] is None for piece in pieces) > MOST_OPERATED
    joined = False
    for piece in pieces:
        if piece["word"] == "OR":
            joined = bool(alternatives) and not pasted
            continue
        for clause in _pasted(piece) if pasted and piece["field"] is None else _clauses(piece, messages):
            if joined:
                alternatives[-1] += (clause,)
            else:
                alternatives.append((clause,))
            joined = False
    clauses = list(dict.fromkeys(each[0] if len(each) == 1 else Either(each) for each in alternatives))
    most = f"{MOST_CLAUSES} words" if len(clauses) > MOST_CLAUSES else f"{MOST_TEXT:,} characters"
    if len(clauses) > MOST_CLAUSES or len(text) > MOST_TEXT:
        messages.insert(0, f"Only the first {most} were used; the line that names the error is usually enough.")
    return Query(tuple(clauses[:MOST_CLAUSES]), tuple(dict.fromkeys(messages))[:MOST_MESSAGES])


def unparse(query: Query) -> str:
    """A text that parses to the same clauses."""
    return " ".join(_text(clause) for clause in query.clauses)


def _pasted(piece: re.Match[str]) -> list[Clause]:
    """A piece of what was pasted: the words in it, whatever signs stand around them."""
    return _words(piece["word"] if piece["phrase"] is None else piece["phrase"])


def _words(text: str) -> list[Clause]:
    """Words that stay words wherever they are written back: nothing at their start is an operator."""
    plain, before = text, ""
    while plain != before:
        # What stands behind a sign that was taken away may begin with the next one.
        before, plain = plain, _OPERATOR.sub(lambda found: f"{found['field']}: " if found["field"] else "", plain)
    return [Word(word) for word in plain.split() if _SAYS.search(word) and word != "OR"]


def _clauses(piece: re.Match[str], messages: list[str]) -> list[Clause]:
    """What a piece says; nothing where nothing in it can be used."""
    if piece["word"] is not None and not piece["minus"]:
        if like := _LIKE_FIELD.fullmatch(piece["word"]):
            _hint(like[1].casefold(), like[2], messages)
        return _words(piece["word"])
    clause = _operand(piece, messages)
    return [] if clause is None else [Not(clause) if piece["minus"] else clause]


def _operand(piece: re.Match[str], messages: list[str]) -> Clause | None:
    if piece["word"] is not None:
        return Word(piece["word"]) if _SAYS.search(piece["word"]) else None
    if piece["phrase"] is not None:
        return Phrase(" ".join(piece["phrase"].split())) if _SAYS.search(piece["phrase"]) else None
    name = piece["field"].casefold()
    name = ALIASES.get(name, name)
    value = " ".join((piece["quoted"] or piece["value"]).split())
    if not value:
        return None
    return _date(name, value, messages) if name in DATES else Filter(name, _value(name, value))


def _value(name: str, value: str) -> str:
    value = value.casefold()
    level = _LEVEL.fullmatch(value)
    return f"sev{level[1]}" if name == "severity" and level else value


def _hint(name: str, value: str, messages: list[str]) -> None:
    """A field that looks mistyped is told; `http://…`, `10:30` and the like are just words."""
    near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.75)
    if near:
        messages.append(
            f"There is no field “{name}”; “{near[0]}:{value}” was perhaps meant. It was searched as a word."
        )


def _date(name: str, value: str, messages: list[str]) -> Clause | None:
    written = _DAY.fullmatch(value)
    try:
        if written is None:
            raise ValueError(value)
        day = date(int(written[1]), int(written[2] or 1), int(written[3] or 1))
    except ValueError:
        messages.append(
            f"“{value}” is no date, so {name}: was left out; write {name}:2026-08-03, {name}:2026-08 or {name}:2026."
        )
        return None
    return Since(day) if name == "after" else Until(day)


def _text(clause: Clause) -> str:
    match clause:
        case Word(text):
            return text
        case Phrase(text):
            return f'"{text}"'
        case Filter(field, value):
            return f"{field}:{_quote(value)}"
        case Since(day):
            return f"after:{day.isoformat()}"
        case Until(day):
            return f"before:{day.isoformat()}"
        case Not(inner):
            return f"-{_text(inner)}"
        case Either(clauses):
            return " OR ".join(_text(each) for each in clauses)


def _quote(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value
