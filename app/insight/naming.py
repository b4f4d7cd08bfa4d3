"""What a pattern is called: what went wrong, where most of its incidents say it, and the words that they share."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.insight.casebook import Casebook
from app.insight.mechanisms import by_hash, titles
from app.insight.profile import terms
from app.insight.shards import hashed
from app.insight.sides import Side

# So many of the incidents are read for a name; a pattern of thousands is called by the first of them.
MOST_READ = 20
TERMS = 6
NAMED = 3
# How much more a word tells that stands in somebody's title.
IN_TITLE = 3.0
# What any incident may say names none.
NAMELESS = (
    "incident outage issue problem failure error report cause impact service system customer user team engineer "
    "minute hour day week month year time morning"
)


class Named(NamedTuple):
    """`terms` are words that at least half of the incidents say, the most telling first. `sources` are the incidents
    whose words name and terms are.
    """

    name: str
    terms: list[str]
    sources: list[str]


def named(book: Casebook, sides: Mapping[str, Side], cause_titles: Mapping[str, str]) -> Named:
    """What incidents are called together, by their texts; nothing where there are none."""
    if not sides:
        return Named("", [], [])
    read = dict(list(sides.items())[:MOST_READ])
    shared = _terms(book, list(read.values()))
    cases = [book.cases[book.places[id]] for id in read]
    names = by_hash()
    mechanisms = [[names[each] for each in case.profile.mechanisms.tolist() if each in names] for case in cases]
    what = _rarest(book, "mechanism", mechanisms, titles())
    what = what or _rarest(book, "cause", [case.causes for case in cases], cause_titles)
    name = ": ".join(filter(None, (what, ", ".join(shared[:NAMED])))) or cases[0].title
    return Named(name, shared, list(read))


def _rarest(book: Casebook, part: str, said: Sequence[Collection[str]], called: Mapping[str, str]) -> str:
    """The title of what most of them share and fewest others have; empty where there is none."""
    counted = Counter(name for names in said for name in names)
    common = sorted(name for name, count in counted.items() if count > len(said) / 2)
    if not common:
        return ""
    having = dict(
        zip(sorted(common, key=_hash), book.having(part, hashed(dict.fromkeys(common, 1.0))[0]).tolist(), strict=True)
    )
    best = min(common, key=lambda name: ((1 + having[name]) / counted[name] ** 2, name))
    return called.get(best, best)


def _hash(name: str) -> int:
    return zlib.crc32(name.encode())


def _terms(book: Casebook, sides: Sequence[Side]) -> list[str]:
    nameless = {_hash(term) for term in terms(NAMELESS)}
    titled = {_hash(term) for side in sides for term in terms(side.title)}
    held = Counter(term for side in sides for term in side.profile.terms.tolist())
    enough = max(2, math.ceil(len(sides) / 2))
    shared = [term for term, count in held.items() if count >= enough and term not in nameless]
    having = book.having("words", np.array(shared, np.uint32)).tolist()
    worth = {
        term: held[term]
        * (IN_TITLE if term in titled else 1.0)
        * math.log((1 + book.total) / (1 + min(count, book.total)))
        for term, count in zip(shared, having, strict=True)
    }
    found: dict[str, None] = {}
    for term in sorted(shared, key=lambda term: (-worth[term], term)):
        if written := next(filter(None, (side.word(term) for side in sides if term in side.profile.terms)), ""):
            found[written] = None
        if len(found) == TERMS:
            break
    return list(found)
