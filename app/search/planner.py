"""From what was asked to what an engine looks up: words become weighted tokens, exact before stem before synonym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.search import weights
from app.search.analysis import name_token, parts, stem, whole, words
from app.search.document import day_number
from app.search.plan import AnyOf, Days, Group, Node, Plan, Sequence, Term, Value, Without
from app.search.query import Clause, Either, Filter, Not, Phrase, Query, Since, Until, Word

# Words that say nothing of what is wrong. They are looked up only where a question has no others.
STOP = frozenset(
    (
        "a an and are as at be been but by can could did do does for from get gets getting had has have how i if in "
        "into is it its just me my no not of on or our out over so still than that the their them then there they this "
        "to too up was we were what when where which while who why will with would you your"
    ).split()
)
# What a pasted line carries that is different each time: times, counters, addresses, ids of objects. Three to five
# digits stay: they are HTTP codes, ports, error numbers.
NOISE = re.compile(
    r"""\d{1,2} | \d{6,} | \d+(?:\.\d+)?(?:ms|us|ns|s|m|h)
      | (?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,} | 0x[0-9a-f]+ | [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}
      | \d{1,3}(?:\.\d{1,3}){3}(?::\d+)?
      | \d{4}[-/]\d{2}[-/]\d{2}(?:t[\d:.+-]+z?)? | \d{1,2}:\d{2}[\d:.]*z?""",
    re.VERBOSE,
)
# One dot alone would be a measure (`94.2%`) as often as a version.
VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){2}")
# Keys that every line of a structured log has: what they name tells something, they do not.
LOG_KEY = re.compile(r"\b(?:ts|time|timestamp|level|lvl|caller|logger|msg|err)=", re.I)
MOST_SYNONYMS = 12
# The most words that the name of one thing has.
LONGEST_SYNONYM = 4
# So many words or parts of words are looked up, and so many tokens of a phrase: more say no more.
MOST_LOOKED_UP = 64

Synonyms = Mapping[str, tuple[str, ...]]


def plan(query: Query, synonyms: Synonyms | None = None, typing: bool = False) -> Plan:
    """The plan of a query. `typing`: its last word may be unfinished, and is completed too."""
    last = last_word(query) if typing else None
    asked = [clause for clause in query.clauses if isinstance(clause, Word)]
    telling = [clause for clause in asked if _tells(clause.text)]
    chosen = telling or asked
    if last is not None and last not in chosen:
        chosen = [*chosen, last]
    nodes: list[Node] = []
    groups: list[Group] = []
    seen: set[str] = set()
    for clause in query.clauses:
        if not isinstance(clause, Word):
            nodes.append(_node(clause, synonyms or {}))
        elif clause in chosen:
            groups += _groups(clause.text, synonyms or {}, seen, bool(telling), complete=clause is last)
    groups += _of_several_words(asked, synonyms or {}, seen)
    if asked and not groups:
        # Words of which nothing is left to look up are not the question for everything.
        return Plan((AnyOf(()),))
    return Plan((*groups[:MOST_LOOKED_UP], *nodes))


def last_word(query: Query) -> Word | None:
    """The word that a question ends with; filters may stand behind it, since a facet's link adds one there."""
    asked = [clause for clause in query.clauses if not isinstance(clause, Filter | Since | Until)]
    return asked[-1] if asked and isinstance(asked[-1], Word) else None


def _tells(text: str) -> bool:
    return any(_raw_tells(raw) for raw in _raws(text))


def _raw_tells(raw: str) -> bool:
    folded = raw.casefold()
    return not NOISE.fullmatch(folded) and (VERSION.fullmatch(folded) is not None or any(map(_piece_tells, parts(raw))))


def _raws(text: str) -> list[str]:
    return words(LOG_KEY.sub(" ", text))


def _piece_tells(part: str) -> bool:
    return len(part) > 1 and part not in STOP and not NOISE.fullmatch(part)


def _groups(text: str, synonyms: Synonyms, seen: set[str], choosy: bool, complete: bool = False) -> Iterable[Group]:
    """The groups of a word as typed. `choosy`: what in it tells nothing is left out, since something else does."""
    raws = _raws(text) if choosy else words(text)
    for number, raw in enumerate(raws):
        alone = len(raws) == 1 == len(parts(raw)) or not choosy
        if not alone and NOISE.fullmatch(raw.casefold()):
            continue
        name = whole(raw)
        pieces = [piece for piece in parts(raw) if alone or _piece_tells(piece)]
        ends = complete and number == len(raws) - 1
        if name is not None and name not in seen:
            seen.add(name)
            # Only the whole name is completed and mended: its parts are ordinary words, each answering for itself.
            terms = (Term(name, weights.EXACT + weights.STEM), Term(name_token(raw), weights.NAME))
            yield Group(terms, prefix=name if ends else "", typo=_mistyped(name))
        for piece in pieces:
            if piece in seen:
                continue
            seen.add(piece)
            yield _group(piece, synonyms, piece if ends and name is None else "", named=name is None)


def _group(word: str, synonyms: Synonyms, prefix: str = "", named: bool = True) -> Group:
    root = stem(word)
    terms = [Term(word, weights.EXACT)]
    if root is not None:
        terms.append(Term(root, weights.STEM))
    else:
        terms = [Term(word, weights.EXACT + weights.STEM)]
    if named:
        terms.append(Term(name_token(word), weights.NAME))
    terms += _others(word, synonyms, {term.token for term in terms})
    return Group(tuple(terms), prefix=prefix, typo=_mistyped(word))


def _others(words_known: str, synonyms: Synonyms, held: set[str]) -> list[Term]:
    """What else says the same, but for tokens that are `held`. All of it together weighs no more than SYNONYM."""
    others: dict[str, float] = {}
    known = synonyms.get(words_known, ())[:MOST_SYNONYMS]
    for other in known:
        tokens = [token for raw in words(other) for token in parts(raw) if token not in STOP]
        for token in tokens:
            others.setdefault(stem(token) or token, weights.SYNONYM / len(tokens) / len(known))
    return [Term(token, weight) for token, weight in others.items() if token not in held]


def _of_several_words(asked: Iterable[Word], synonyms: Synonyms, seen: set[str]) -> Iterable[Group]:
    """What says the same as words side by side: `out of memory` is `oom`."""
    tokens = [part for clause in asked for raw in words(clause.text) for part in parts(raw)]
    held = seen | {stem(token) or token for token in tokens}
    for size in range(2, LONGEST_SYNONYM + 1):
        for first in range(len(tokens) - size + 1):
            # Only a short name: words of another long one, each alone, would find all sorts of things.
            known = " ".join(tokens[first : first + size])
            short = tuple(other for other in synonyms.get(known, ()) if len(words(other)) == len(parts(other)) == 1)
            if terms := _others(known, {known: short}, held):
                yield Group(tuple(terms))


def _mistyped(word: str) -> str:
    """The word, where a slip of the fingers may have made it; what holds digits is a number or an id."""
    return "" if any(sign.isdigit() for sign in word) else word


def _node(clause: Clause, synonyms: Synonyms) -> Node:
    match clause:
        case Word(text):
            groups = tuple(_groups(text, synonyms, set(), _tells(text)))
            return groups[0] if len(groups) == 1 else AnyOf(groups[:MOST_LOOKED_UP])
        case Phrase(text):
            return _sequence(text)
        case Filter(field, value):
            return Value(field, value)
        case Since(day):
            return Days(first=day_number(day))
        case Until(day):
            return Days(end=day_number(day))
        case Not(Word(text)):
            return Without(_sequence(text))
        case Not(inner):
            return Without(_node(inner, {}))
        case Either(clauses):
            return AnyOf(tuple(_node(each, synonyms) for each in clauses))


def _sequence(text: str) -> Node:
    """A phrase, or a word that is left out: the exact parts of its words, side by side."""
    tokens = [token for raw in words(text) for token in parts(raw)][:MOST_LOOKED_UP]
    if not tokens:
        return AnyOf(())
    terms = tuple(Term(token, weights.EXACT + weights.STEM) for token in dict.fromkeys(tokens))
    return Sequence(tuple(tokens), tuple(range(len(tokens))), terms)
