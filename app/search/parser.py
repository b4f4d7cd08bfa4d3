"""The query language: text to query and back. Any text is a query; what cannot be used is a message, never an error.

    words  "a phrase"  -word  -"a phrase"  -kind:guide  a OR b
    service: cause: severity: (or sev:) kind: owner: alert: tag:"two words" has:actions
    after:2026-08  before:2026-09-01  after:90d (or 2w, 6m, 1y, today, yesterday)

In a value within quotation marks, two of them stand for one.

What is pasted is full of signs that are no operators, so they are ones only where they can hardly be anything else: a
colon between a field's name and a value right behind it (`ERROR: hello` are words), quotation marks around whole words
(`msg="no space"` are words), a minus before at least three letters (`-n shop` and `-target=x` are words). A text of
more than MOST_OPERATED pieces is pasted: of operators only fields work in it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from dateutil.relativedelta import relativedelta

from app.search import advice
from app.search.advice import ALIASES, DATES, FIELDS
from app.search.query import VALUES, Clause, Either, Filter, Not, Phrase, Query, Since, Until, Word

MOST_CLAUSES = 64
MOST_TEXT = 16_000
MOST_MESSAGES = 8
MOST_OPERATED = 16

_MINUS = r"""-(?=["]|[^\W\d_]{3}(?![\w.-]*=))"""
_FIELD = rf"(?P<field>(?i:{'|'.join(FIELDS)})):"
_PIECE = re.compile(
    rf"""(?P<minus>(?<!\S){_MINUS})?
        (?: (?<!\w){_FIELD}(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<value>[^\s"]+))
          | (?:(?<!\S)|(?<=(?<!\S)-))"(?P<phrase>[^"]*)"(?!\S)
          | (?P<word>[^\s"]+|")
        )""",
    re.VERBOSE,
)
# What at the start of a word would make it more than a word.
_OPERATOR = re.compile(rf"(?<!\S)(?:{_MINUS})?(?:{_FIELD})?")
# In small letters, as people type a field; log lines and messages begin theirs with a capital.
_BARE = re.compile("|".join(FIELDS))
_SAYS = re.compile(r"[^\W_]")
_LIKE_FIELD = re.compile(r"([A-Za-z]+):(\w\S*)")
# What hardly is anything else: `http://…`, `10:30`, `ERROR:x`, `host:8080` and `a::b` are just words.
_FIELD_OF_NONE = re.compile(r"[a-z]{2,}:[^\W\d_][\w.-]*")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_BACK = re.compile(r"(\d{1,4})([dwmy])", re.I)
_UNITS = {
    "d": relativedelta(days=1),
    "w": relativedelta(weeks=1),
    "m": relativedelta(months=1),
    "y": relativedelta(years=1),
}
_AGO = {"today": "0d", "yesterday": "1d"}
_LEVEL = re.compile(r"(?:sev(?:erity)?[\s_-]*)?(\d)")
# The least level that nobody means; some count from 0.
_BEYOND = "sev6"
_INCIDENTS = ("incident", "post-mortem")


def parse(text: str, today: date | None = None) -> Query:
    """The question that a text asks. Days that it counts back are counted from `today`, else from now (UTC)."""
    alternatives: list[tuple[Clause, ...]] = []
    reading = _Reading(today or datetime.now(UTC).date())
    pieces = list(_PIECE.finditer(text[:MOST_TEXT]))
    # Filters do not count: a link that adds one must not change how the rest is read.
    pasted = sum(piece["field"] is None for piece in pieces) > MOST_OPERATED
    joined = said = False
    for number, piece in enumerate(pieces, 1):
        if piece["word"] == "OR":
            joined = said and not pasted
            continue
        if pasted and piece["field"] is None:
            found = _words(piece["word"] if piece["phrase"] is None else piece["phrase"])
        else:
            found = reading.clauses(piece, last=number == len(pieces))
        for clause in found:
            if joined:
                alternatives[-1] += (clause,)
            else:
                alternatives.append((clause,))
            joined = False
        # What could not be used is no side of an OR: it must not join what stands around it.
        joined, said = False, bool(found)
    clauses = list(dict.fromkeys(each[0] if len(each) == 1 else Either(each) for each in alternatives))
    messages = reading.messages
    most = f"{MOST_CLAUSES} words" if len(clauses) > MOST_CLAUSES else f"{MOST_TEXT:,} characters"
    if len(clauses) > MOST_CLAUSES or len(text) > MOST_TEXT:
        messages.insert(0, f"Only the first {most} were used; the line that names the error is usually enough.")
    return Query(tuple(clauses[:MOST_CLAUSES]), tuple(dict.fromkeys(messages))[:MOST_MESSAGES])


def unparse(query: Query) -> str:
    """A text that parses to the same clauses."""
    return " ".join(_text(clause) for clause in query.clauses)


def unquoted(query: Query) -> Query:
    """The same question with the words of its phrases standing for themselves, and without phrases of one word."""
    clauses: list[Clause] = []
    for clause in query.clauses:
        inside = _words(clause.text) if isinstance(clause, Phrase) else [clause]
        clauses += inside if len(inside) > 1 or not isinstance(clause, Phrase) else []
    return Query(tuple(dict.fromkeys(clauses))[:MOST_CLAUSES], query.messages)


def _words(text: str) -> list[Clause]:
    """Words that stay words wherever they are written back: nothing at their start is an operator."""
    plain, before = text, ""
    while plain != before:
        # What stands behind a sign that was taken away may begin with the next one.
        before, plain = plain, _OPERATOR.sub(lambda found: f"{found['field']} " if found["field"] else "", plain)
    return [Word(word) for word in plain.split() if _SAYS.search(word) and word != "OR"]


class _Reading:
    """What the pieces of one text say, and the messages about what in them could not be used."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.messages: list[str] = []

    def clauses(self, piece: re.Match[str], last: bool) -> list[Clause]:
        """What a piece says; nothing where nothing in it can be used."""
        if piece["word"] is not None:
            name, colon, behind = piece["word"].partition(":")
            if colon and not behind and _BARE.fullmatch(name):
                self.messages.append(advice.no_value(name))
                # At the end the value is about to be typed; `cause: disk full` are words.
                return [] if last or piece["minus"] else [Word(name)]
            if not piece["minus"]:
                self._hint(piece["word"])
                return _words(piece["word"])
            if "-" in piece["word"]:
                self.messages.append(advice.left_out(piece["word"]))
        clause = self._operand(piece)
        return [] if clause is None else [Not(clause) if piece["minus"] else clause]

    def _operand(self, piece: re.Match[str]) -> Clause | None:
        if piece["word"] is not None:
            return Word(piece["word"]) if _SAYS.search(piece["word"]) else None
        if piece["phrase"] is not None:
            return Phrase(" ".join(piece["phrase"].split())) if _SAYS.search(piece["phrase"]) else None
        typed = piece["field"].casefold()
        name = ALIASES.get(typed, typed)
        value = " ".join((piece["value"] or piece["quoted"].replace('""', '"')).split())
        if not value:
            self.messages.append(advice.no_value(typed))
            return None
        return self._date(name, value) if name in DATES else self._filter(name, value.casefold())

    def _filter(self, name: str, value: str) -> Clause:
        if name in VALUES:
            value = next((each for each in _spellings(value) if each in VALUES[name]), value)
            known = value in VALUES[name]
        else:
            level = _LEVEL.fullmatch(value) if name == "severity" else None
            value = f"sev{level[1]}" if level else value
            known = level is None or value < _BEYOND
        if not known:
            self.messages.append(advice.unknown_value(name, value))
        return Filter(name, value)

    def _date(self, name: str, value: str) -> Clause | None:
        day = _day(value, self.today)
        if day is None:
            self.messages.append(advice.no_date(name, value))
            return None
        return Since(day, value) if name == "after" else Until(day, value)

    def _hint(self, word: str) -> None:
        like = _LIKE_FIELD.fullmatch(word)
        if like and (advice.meant_field(like[1].casefold()) or _FIELD_OF_NONE.fullmatch(word)):
            self.messages.append(advice.unknown_field(like[1].casefold(), like[2]))


def _spellings(value: str) -> tuple[str, ...]:
    """A value of a closed set, as it may be meant: one or several, in one word or in two."""
    one = value.removesuffix("s").replace(" ", "-")
    return (value, one, f"{one}s", *(["postmortem"] if one in _INCIDENTS else []))


def _day(value: str, today: date) -> date | None:
    """The day that a value names, or the first of the month or year that it names."""
    written = _DAY.fullmatch(value)
    back = _BACK.fullmatch(_AGO.get(value.casefold(), value))
    try:
        if written:
            return date(int(written[1]), int(written[2] or 1), int(written[3] or 1))
        return today - _UNITS[back[2].lower()] * int(back[1]) if back else None
    except (ValueError, OverflowError):
        return None


def _text(clause: Clause) -> str:
    match clause:
        case Word(text):
            return text
        case Phrase(text):
            return f'"{text}"'
        case Filter(field, value):
            return f"{field}:{_quote(value)}"
        case Since(day, written):
            return f"after:{_quote(written or day.isoformat())}"
        case Until(day, written):
            return f"before:{_quote(written or day.isoformat())}"
        case Not(inner):
            return f"-{_text(inner)}"
        case Either(clauses):
            return " OR ".join(_text(each) for each in clauses)


def _quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if re.search(r'[\s"]', value) else value
