"""From what was asked to what an engine looks up: words become weighted tokens, exact before stem before synonym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Sequence_

from app.search import weights
from app.search.analysis import name_token, parts, stem, whole, words
from app.search.document import day_number
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Plan, Sequence, Term, Value, Without
from app.search.ports import NAMES, ports
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
# When something was never says what it was.
MOMENT = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}(?:t[\d:.+-]+z?)?|\d{1,2}:\d{2}[\d:.]*z?")
_LABELLED = re.compile(r"[^\W\d_]:(?=[^\W\d_])")
# One dot alone would be a measure (`94.2%`) as often as a version.
VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){2}")
# Keys that every line of a structured log has: what they name tells something, they do not.
LOG_KEY = re.compile(r"\b(?:ts|time|timestamp|level|lvl|caller|logger|msg|err)=", re.I)
MOST_SYNONYMS = 12
# Of so many words all are needed: who types three letters and a name means both.
ALL_NEEDED = 3
# The most words that the name of one thing has.
LONGEST_SYNONYM = 4
# So many words or parts of words are looked up, and so many tokens of a phrase: more say no more.
MOST_LOOKED_UP = 64

Synonyms = Mapping[str, tuple[str, ...]]


def plan(query: Query, synonyms: Synonyms | None = None, typing: bool = False, loosely: bool = False) -> Plan:
    """The plan of a query. `typing`: its last word may be unfinished, and is completed too. `loosely`: whatever holds
    any of many words is counted.
    """
    known = synonyms or {}
    asked = [clause for clause in query.clauses if isinstance(clause, Word)]
    nodes = [_node(clause, known) for clause in query.clauses if not isinstance(clause, Word)]
    words_asked = _words(asked, known, last_word(query) if typing else None)
    if asked and not words_asked:
        # Words of which nothing is left to look up are not the question for everything.
        return Plan((AtLeast(()),))
    if not words_asked:
        return Plan(tuple(nodes))
    name = _name(asked)
    one = len(words_asked) == 1 and not any(isinstance(node, AtLeast | Sequence) for node in nodes)
    return Plan((_together(words_asked, loosely), AtLeast((name,), 0), *nodes), ordered=one)


def _together(nodes: Sequence_[Node], loosely: bool) -> Node:
    """All of a few words; of more any, and at least half of them where it is counted."""
    if len(nodes) <= ALL_NEEDED:
        return AtLeast(tuple(nodes), len(nodes))
    return AtLeast(tuple(nodes), 1, 0 if loosely else (len(nodes) + 1) // 2)


def _name(asked: Iterable[Word]) -> Group:
    """The whole question as an alert's name."""
    token = name_token(" ".join(clause.text for clause in asked))
    return Group((Term(token, weights.NAME, Evidence.NAME),))


def telling(query: Query) -> list[Word]:
    """The words that say something of what is wrong; all of them where none does."""
    asked = [clause for clause in query.clauses if isinstance(clause, Word)]
    return _telling(asked) or asked


def _telling(asked: Sequence_[Word]) -> list[Word]:
    """Whoever types a few words means each: a number is left out only of what may have been pasted."""
    typed = len(asked) <= ALL_NEEDED
    return [clause for clause in asked if _tells(clause.text, typed)]


def _words(asked: Sequence_[Word], synonyms: Synonyms, last: Word | None) -> list[Node]:
    """What each word comes to that is looked up."""
    tells, typed = _telling(asked), len(asked) <= ALL_NEEDED
    chosen = tells or list(asked)
    if last is not None and last not in chosen:
        chosen.append(last)
    seen: set[str] = set()
    looked_up = {clause: _word(clause.text, synonyms, seen, typed or not tells, clause is last) for clause in chosen}
    others = _of_several_words(asked, synonyms, seen)
    listening = [] if typed else _listening(asked)
    found = [
        AtLeast((node, *others[clause])) if clause in others else node for clause, node in looked_up.items() if node
    ]
    return [*found[: MOST_LOOKED_UP - len(listening)], *listening]


def _listening(asked: Iterable[Word]) -> list[Node]:
    """What listens at the addresses of a pasted line by custom, for as much as a synonym."""
    found: list[Node] = []
    for port in ports(" ".join(clause.text for clause in asked)):
        short, long = _others(port, NAMES)
        found.append(AtLeast((Group(tuple(short)), *long)) if short else AtLeast(tuple(long)))
    return found


def last_word(query: Query) -> Word | None:
    """The word that a question ends with; filters may stand behind it, since a facet's link adds one there."""
    asked = [clause for clause in query.clauses if not isinstance(clause, Filter | Since | Until)]
    return asked[-1] if asked and isinstance(asked[-1], Word) else None


def _tells(text: str, typed: bool) -> bool:
    return any(_raw_tells(raw, typed) for raw in _raws(text))


def _raw_tells(raw: str, typed: bool) -> bool:
    folded = raw.casefold()
    if typed:
        return not MOMENT.fullmatch(folded) and any(part not in STOP for part in parts(raw))
    return not NOISE.fullmatch(folded) and (VERSION.fullmatch(folded) is not None or any(map(_piece_tells, parts(raw))))


def _raws(text: str) -> list[str]:
    return words(LOG_KEY.sub(" ", text))


def _piece_tells(part: str) -> bool:
    return len(part) > 1 and part not in STOP and not NOISE.fullmatch(part)


def _word(text: str, synonyms: Synonyms, seen: set[str], whole_of_it: bool, complete: bool = False) -> Node | None:
    """A word as typed; None where all of it was `seen` before. What in it tells nothing is left out, unless
    `whole_of_it` is wanted.
    """
    raws = words(text) if whole_of_it else _raws(text)
    found = []
    for number, raw in enumerate(raws):
        alone = len(raws) == 1 == len(parts(raw)) or whole_of_it
        if alone or not NOISE.fullmatch(raw.casefold()):
            node = _raw(raw, synonyms, seen, alone, complete and number == len(raws) - 1)
            found += [node] if node is not None else []
    return found[0] if len(found) == 1 else _most(found) if found else None


def _most(nodes: Sequence_[Node]) -> Node:
    """More than half of what stands in one word."""
    return AtLeast(tuple(nodes), len(nodes) // 2 + 1)


def _raw(raw: str, synonyms: Synonyms, seen: set[str], alone: bool, complete: bool) -> Node | None:
    """A word or, of a name, the whole or else most of its parts."""
    name = whole(raw)
    pieces = [piece for piece in parts(raw) if piece not in seen and (alone or _piece_tells(piece))]
    if name is None:
        seen.update(pieces)
        return _plain(pieces[0], synonyms, complete) if pieces else None
    if name in seen:
        return None
    seen.update(pieces, (name,))
    # Only the whole name is completed and mended: its parts are ordinary words, each answering for itself.
    terms = (Term(name, weights.EXACT + weights.STEM), Term(name_token(raw), weights.NAME))
    whole_name = Group(terms, prefix=name if complete else "", typo=_mistyped(name))
    others: list[Node] = [*_begun(raw, complete)]
    if pieces:
        groups = [Group(_terms(piece, Evidence.STEM), typo=_mistyped(piece)) for piece in pieces]
        # `ERROR:snapshot` is no name, but words without a space.
        others.append(AtLeast(tuple(groups)) if _LABELLED.search(raw) else _most(groups))
    return AtLeast((whole_name, *others)) if others else whole_name


def _plain(word: str, synonyms: Synonyms, complete: bool) -> Node:
    terms = (*_terms(word, Evidence.EXACT), Term(name_token(word), weights.NAME))
    held = {term.token for term in terms}
    short, long = _others(word, synonyms)
    terms += tuple(term for term in short if term.token not in held)
    group = Group(terms, prefix=word if complete else "", typo=_mistyped(word))
    others: tuple[Node, ...] = (*_begun(word, complete), *long)
    return AtLeast((group, *others)) if others else group


def _begun(word: str, complete: bool) -> tuple[Group, ...]:
    """The alerts whose names begin so."""
    return (Group((), prefix=name_token(word)),) if complete else ()


def _terms(word: str, evidence: Evidence) -> tuple[Term, ...]:
    root = stem(word)
    if root is None:
        return (Term(word, weights.EXACT + weights.STEM, evidence),)
    return Term(word, weights.EXACT, evidence), Term(root, weights.STEM, Evidence.STEM)


def _others(word: str, synonyms: Synonyms) -> tuple[list[Term], list[Sequence]]:
    """What else says the same: in one word, and in several side by side. Each weighs an even share of SYNONYM."""
    short: dict[str, Term] = {}
    long: list[Sequence] = []
    known = synonyms.get(word, ())[:MOST_SYNONYMS]
    for other in known:
        tokens = [token for raw in words(other) for token in parts(raw)]
        weight = weights.SYNONYM / len(known)
        if len(tokens) == 1:
            token = stem(tokens[0]) or tokens[0]
            short.setdefault(token, Term(token, weight, Evidence.SYNONYM))
        elif tokens:
            terms = tuple(Term(token, weight / len(tokens), Evidence.SYNONYM) for token in dict.fromkeys(tokens))
            long.append(Sequence(tuple(tokens), tuple(range(len(tokens))), terms))
    return list(short.values()), long


def _of_several_words(asked: Iterable[Word], synonyms: Synonyms, seen: set[str]) -> dict[Word, list[Group]]:
    """What says the same as words side by side, by each of them: `out of memory` is `oom`."""
    tokens = [(part, clause) for clause in asked for raw in words(clause.text) for part in parts(raw)]
    held = seen | {stem(part) or part for part, _ in tokens}
    found: dict[Word, list[Group]] = {}
    for size in range(2, LONGEST_SYNONYM + 1):
        for first in range(len(tokens) - size + 1):
            run = tokens[first : first + size]
            # Only a short name: words of another long one, each alone, would find all sorts of things.
            short, _ = _others(" ".join(part for part, _ in run), synonyms)
            terms = tuple(term for term in short if term.token not in held)
            for clause in dict.fromkeys(clause for _, clause in run) if terms else ():
                found.setdefault(clause, []).append(Group(terms))
    return found


def _mistyped(word: str) -> str:
    """The word, where a slip of the fingers may have made it; what holds digits is a number or an id."""
    return "" if any(sign.isdigit() for sign in word) else word


def _node(clause: Clause, synonyms: Synonyms) -> Node:
    match clause:
        case Word(text):
            return _word(text, synonyms, set(), whole_of_it=True) or AtLeast(())
        case Phrase(text):
            return _sequence(text)
        case Filter(field, value):
            return Value(field, value)
        case Since() | Until():
            return _days(clause)
        case Not(Word(text)):
            return Without(_sequence(text))
        case Not(inner):
            return Without(_node(inner, {}))
        case Either(clauses):
            return AtLeast(tuple(_node(each, synonyms) for each in clauses))


def _days(clause: Since | Until) -> Days:
    if isinstance(clause, Since):
        return Days(first=day_number(clause.day))
    return Days(end=day_number(clause.day))


def _sequence(text: str) -> Node:
    """A phrase, or a word that is left out: the exact parts of its words, side by side."""
    tokens = [token for raw in words(text) for token in parts(raw)][:MOST_LOOKED_UP]
    if not tokens:
        return AtLeast(())
    terms = tuple(Term(token, weights.EXACT + weights.STEM) for token in dict.fromkeys(tokens))
    return Sequence(tuple(tokens), tuple(range(len(tokens))), terms)
