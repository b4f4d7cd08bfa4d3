"""One question against one commit: postings are added up in dense arrays, masked, folded into documents, counted.

What is hidden or deleted is masked before anything is counted. `app/search/engine.py` says what a score is; the memory
engine says the same in plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from app.search import weights
from app.search.analysis import STEM_MARK
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import phrases, typos
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment, Snapshot
from app.search.plan import AnyOf, Days, Group, Node, Term, Value, Without
from app.search.plan import Sequence as Phrase
from app.search.results import Hit, Results

SHORT_PREFIX = 2
# The best of so many times the hits wanted are scored first: what they reach, few others can.
AHEAD = 4
# Scores are rounded: what is so little below may be as good.
ROUNDING = 1 - 1e-6


@dataclass
class Part:
    """A segment during one question. `seen`: live and visible; `reference`: live and seen by the widest audience
    (documents).
    """

    segment: Segment
    seen: Array
    reference: Array
    units: Array
    documents: Array


@dataclass
class Matched:
    """The documents that match: in each segment a mask, before top-level values, and one of each field's values."""

    base: list[Array]
    values: dict[str, list[Array]] = field(default_factory=dict)

    def without(self, name: str = "") -> list[Array]:
        """The mask that counts for a facet: all but its own choice."""
        masks = [mask for chosen, mask in self.values.items() if chosen != name]
        if not masks:
            return self.base
        return [
            np.logical_and.reduce([base, *(mask[number] for mask in masks)]) for number, base in enumerate(self.base)
        ]


class Evaluation:
    """`load` gives the ids of a visibility."""

    def __init__(self, snapshot: Snapshot, request: Request, load: Callable[[Visibility], frozenset[str]]) -> None:
        self.request = request
        self.snapshot = snapshot
        self.parts = [
            Part(
                segment,
                segment.mask(request.visible, load) & live,
                segment.mask(request.reference, load) & live,
                np.zeros(segment.units, np.float32),
                np.zeros(segment.documents, np.float32),
            )
            for segment, live in snapshot
        ]
        self.total_reference = sum(int(np.count_nonzero(part.reference)) for part in self.parts)
        self.tokens: set[str] = set()
        self.corrections: dict[str, tuple[str, ...]] = {}
        self.scored = False

    def results(self) -> Results:
        matched = self._matched()
        masks = matched.without()
        candidates = [np.flatnonzero(mask) for mask in masks]
        total = sum(len(found) for found in candidates)
        together = tuple(name for name in self.request.facets if name not in matched.values)
        facets = self._facets(together, candidates) if together else {}
        for name in self.request.facets:
            if name not in facets:
                facets |= self._facets((name,), [np.flatnonzero(mask) for mask in matched.without(name)])
        facets = {name: facets[name] for name in self.request.facets}
        return Results(total, self._hits(candidates), facets, self.corrections, frozenset(self.tokens))

    # Which documents match, adding up scores on the way.

    def _matched(self) -> Matched:
        required: list[list[Array]] = []
        any_of: list[Array] = []
        matched = Matched([])
        for node in self.request.plan.nodes:
            if isinstance(node, Group):
                any_of = any_of or self._nothing()
                self._group(node, scores=True, found=any_of)
            elif isinstance(node, Value):
                found = self._node(node, scores=False)
                before = matched.values.get(node.field)
                matched.values[node.field] = [a & b for a, b in zip(before, found, strict=True)] if before else found
            else:
                required.append(self._node(node, scores=True))
        if any_of:
            required.append(any_of)
        matched.base = [part.seen for part in self.parts]
        for masks in required:
            matched.base = [base & mask for base, mask in zip(matched.base, masks, strict=True)]
        return matched

    def _nothing(self) -> list[Array]:
        return [np.zeros(part.segment.documents, bool) for part in self.parts]

    def _node(self, node: Node, scores: bool) -> list[Array]:
        """The mask of a node in each segment."""
        match node:
            case Group():
                found = self._nothing()
                self._group(node, scores, found)
                return found
            case Phrase():
                return self._phrase(node, scores)
            case Value(name, value):
                return [_with_value(part.segment, name, value) for part in self.parts]
            case Days(first, end):
                return [_days(part.segment.day, first, end) for part in self.parts]
            case Without(inner):
                return [~mask for mask in self._node(inner, scores=False)]
            case AnyOf(nodes):
                each = [self._node(inner, scores) for inner in nodes]
                return [
                    np.logical_or.reduce([masks[number] for masks in each])
                    if each
                    else np.zeros(part.segment.documents, bool)
                    for number, part in enumerate(self.parts)
                ]

    def _group(self, group: Group, scores: bool, found: Sequence[Array]) -> None:
        """Adds the documents of a word to `found`."""
        visible = False
        for term in group.terms:
            visible |= self._term(term, scores, found)
        if group.prefix:
            visible |= self._prefix(group.prefix, scores, found)
        if group.typo and not visible:
            nearest = typos.nearest(group.typo, [(part.segment, part.seen) for part in self.parts])
            for token in nearest:
                self._term(Term(token, weights.TYPO), scores, found)
            if nearest and scores:
                self.corrections[group.typo] = tuple(nearest)

    def _term(self, term: Term, scores: bool, found: Sequence[Array]) -> bool:
        """Adds a term; returns whether the viewer may see a document that holds it."""
        token = term.token.encode()
        held = [
            (part, place, mask, *part.segment.documents_with(place, place + 1))
            for part, mask in zip(self.parts, found, strict=True)
            if (place := part.segment.place(token)) >= 0
        ]
        visible = False
        counted = 0
        for part, _, mask, ids, _ in held:
            mask[ids] = True
            visible = visible or bool(part.seen.take(ids).any())
            counted += int(np.count_nonzero(part.reference.take(ids)))
        if not scores:
            return visible
        if visible:
            self.tokens.add(term.token)
        weight = np.float32(term.weight * weights.idf(self.total_reference, counted))
        for part, place, _, ids, impacts in held:
            np.add.at(part.documents, ids, weight * impacts)
            ids, impacts = part.segment.units_with(place, place + 1)
            np.add.at(part.units, ids, weight * impacts)
        self.scored = True
        return visible

    def _prefix(self, prefix: str, scores: bool, found: Sequence[Array]) -> bool:
        runs = self._completions(prefix)
        visible = False
        counted = 0
        for part, places, mask in zip(self.parts, runs, found, strict=True):
            holding = np.zeros(part.segment.documents, bool)
            for first, last in places:
                holding[part.segment.documents_with(first, last)[0]] = True
            mask |= holding
            visible = visible or bool((holding & part.seen).any())
            counted += int(np.count_nonzero(holding & part.reference))
        if not scores:
            return visible
        weight = np.float32(weights.PREFIX * weights.idf(self.total_reference, counted))
        for part, places in zip(self.parts, runs, strict=True):
            segment = part.segment
            _add_best(part.documents, weight, [segment.documents_with(*run) for run in places])
            _add_best(part.units, weight, [segment.units_with(*run) for run in places])
            for run in places:
                self.tokens.update(_seen_terms(part, *run))
        self.scored = True
        return visible

    def _completions(self, prefix: str) -> list[list[tuple[int, int]]]:
        """The runs of each segment's lexicon whose terms complete a prefix."""
        # Stems are marked: what starts with the mark is no plain token.
        if prefix.startswith(STEM_MARK):
            return [[] for _ in self.parts]
        spans = [part.segment.lexicon.span(prefix.encode()) for part in self.parts]
        if len(prefix) > SHORT_PREFIX:
            return [[span] if span[0] < span[1] else [] for span in spans]
        known, seen = Counter[bytes](), set[bytes]()
        names = []
        for part, (first, last) in zip(self.parts, spans, strict=True):
            terms = part.segment.lexicon.between(first, last)
            names.append(terms)
            for term, count, there in zip(
                terms, _held(part, part.reference, first, last), _held(part, part.seen, first, last), strict=True
            ):
                known[term] += count
                if there:
                    seen.add(term)
        chosen = set(sorted(seen, key=lambda term: (-known[term], term))[: weights.SHORT_PREFIX_TOKENS])
        return [
            [(first + place, first + place + 1) for place, term in enumerate(terms) if term in chosen]
            for (first, _), terms in zip(spans, names, strict=True)
        ]

    def _phrase(self, phrase: Phrase, scores: bool) -> list[Array]:
        tokens = [token.encode() for token in phrase.tokens]
        stands = [phrases.units(part.segment, tokens, phrase.offsets) for part in self.parts]
        holders = [_distinct(part.segment.document_of[units]) for part, units in zip(self.parts, stands, strict=True)]
        if scores:
            for term in phrase.terms:
                self._phrase_term(term, stands, holders)
        masks = []
        for part, ids in zip(self.parts, holders, strict=True):
            mask = np.zeros(part.segment.documents, bool)
            mask[ids] = True
            masks.append(mask)
        return masks

    def _phrase_term(self, term: Term, stands: Sequence[Array], holders: Sequence[Array]) -> None:
        """Adds a term of a phrase where the phrase stands."""
        token = term.token.encode()
        held = [
            (part, place, units, documents, part.segment.doc_ids[part.segment.holders(place, place + 1)])
            for part, units, documents in zip(self.parts, stands, holders, strict=True)
            if (place := part.segment.place(token)) >= 0
        ]
        if any(bool(part.seen.take(ids).any()) for part, *_, ids in held):
            self.tokens.add(term.token)
        counted = sum(int(np.count_nonzero(part.reference.take(ids))) for part, *_, ids in held)
        weight = np.float32(term.weight * weights.idf(self.total_reference, counted))
        for part, place, units, documents, ids in held:
            segment = part.segment
            span, postings = segment.holders(place, place + 1), segment.postings(place)
            _add_where(part.documents, ids, segment.doc_imp[span], weight, documents)
            _add_where(part.units, segment.sec_ids[postings], segment.sec_imp[postings], weight, units)
        self.scored = True

    # From what matches to what is answered.

    def _hits(self, candidates: Sequence[Array]) -> tuple[Hit, ...]:
        wanted = self.request.offset + self.request.limit
        if wanted <= 0:
            return ()
        if self.scored:
            candidates = [_promising(part, found, wanted) for part, found in zip(self.parts, candidates, strict=True)]
        scores = [self._scores(part, found) for part, found in zip(self.parts, candidates, strict=True)]
        everything = np.concatenate(scores) if scores else np.zeros(0, np.float32)
        least = np.partition(everything, -wanted)[-wanted] if self.scored and len(everything) > wanted else None
        rows = []
        for part, found, score in zip(self.parts, candidates, scores, strict=True):
            chosen = np.flatnonzero(score >= least) if least is not None else np.arange(len(found))
            rows += [
                (-value, -day, part.segment.ids[number], number, part)
                for value, day, number in zip(
                    score[chosen].tolist(),
                    part.segment.day[found[chosen]].tolist(),
                    found[chosen].tolist(),
                    strict=True,
                )
            ]
        rows.sort(key=lambda row: row[:3])
        return tuple(
            Hit(id, -negative, _anchor(part, number))
            for negative, _, id, number, part in rows[self.request.offset : wanted]
        )

    def _scores(self, part: Part, found: Array) -> Array:
        return _scores(part, found) if self.scored else np.zeros(len(found), np.float32)

    def _facets(self, names: tuple[str, ...], candidates: Sequence[Array]) -> dict[str, list[tuple[str, int]]]:
        """Each value of these fields, and how many of the documents have it."""
        counted = {name: Counter[str]() for name in names}
        for part, found in zip(self.parts, candidates, strict=True):
            segment = part.segment
            table = segment.facets(names)
            texts = segment.value_texts
            counts = np.bincount(table.take(found, axis=0).ravel(), minlength=len(texts) + 1).tolist()
            for name in names:
                for number in segment.numbers.get(name, ()):
                    if counts[number]:
                        counted[name][texts[number]] += counts[number]
        return {name: sorted(each.items(), key=lambda item: (-item[1], item[0])) for name, each in counted.items()}


def _with_value(segment: Segment, name: str, value: str) -> Array:
    mask = np.zeros(segment.documents, bool)
    number = segment.values.get(f"{name}:{value}")
    if number is not None:
        holders, values = segment.facet(name)
        mask[holders[values == number]] = True
    return mask


def _days(day: Array, first: int | None, end: int | None) -> Array:
    mask: Array = day != -1
    if first is not None:
        mask = mask & (day >= first)
    return mask & (day < end) if end is not None else mask


def _scores(part: Part, found: Array) -> Array:
    """Of some documents: the best section's, and a share of the whole's."""
    if not len(found):
        return np.zeros(0, np.float32)
    starts = part.segment.first[found]
    lengths = part.segment.first[found + 1] - starts
    ends = np.cumsum(lengths)
    units = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
    best = np.maximum.reduceat(part.units[units], ends - lengths)
    scores: Array = best + np.float32(weights.WHOLE) * part.documents[found]
    return scores


def _promising(part: Part, found: Array, wanted: int) -> Array:
    """Those of some documents among which the best are, found without scoring all of them.

    Those whose whole counts most are scored. Any other is as good as the last wanted of them only if its best section
    makes up for it, and few sections do.
    """
    ahead = AHEAD * wanted
    if len(found) <= 2 * ahead:
        return found
    wholes = part.documents.take(found)
    order = np.argpartition(wholes, -ahead)
    first = found[order[-ahead:]]
    reached = np.partition(_scores(part, first), -wanted)[-wanted]
    least = reached * np.float32(ROUNDING) - np.float32(weights.WHOLE) * wholes[order[-ahead]]
    if least <= 0:
        return found
    among = np.zeros(part.segment.documents, bool)
    among[first] = True
    among[part.segment.document_of[np.flatnonzero(part.units >= least)]] = True
    promising: Array = found[among.take(found)]
    return promising


def _held(part: Part, mask: Array, first: int, last: int) -> list[int]:
    """How many documents of a mask hold each of these terms."""
    if first >= last:
        return []
    off = part.segment.doc_off[first : last + 1].astype(np.intp)
    there = mask.take(part.segment.doc_ids[off[0] : off[-1]])
    counts: list[int] = np.add.reduceat(there, off[:-1] - off[0], dtype=np.int32).tolist()
    return counts


def _seen_terms(part: Part, first: int, last: int) -> Iterator[str]:
    return map(bytes.decode, compress(part.segment.lexicon.between(first, last), _held(part, part.seen, first, last)))


def _distinct(rising: Array) -> Array:
    new = np.ones(len(rising), bool)
    np.not_equal(rising[1:], rising[:-1], out=new[1:])
    distinct: Array = rising[new]
    return distinct


def _add_best(sums: Array, weight: np.float32, postings: Sequence[tuple[Array, Array]]) -> None:
    """Adds to each id its best impact."""
    best = np.zeros(len(sums), np.float32)
    for ids, impacts in postings:
        np.maximum.at(best, ids, impacts)
    best *= weight
    sums += best


def _add_where(sums: Array, ids: Array, impacts: Array, weight: np.float32, wanted: Array) -> None:
    """Adds impacts to those of their ids that are wanted (both rise, and the wanted are few)."""
    at, chosen = phrases.within(ids, wanted)
    sums[wanted[chosen]] += weight * impacts[at[chosen]]


def _anchor(part: Part, document: int) -> str:
    """The best section's, the first of equals; empty where none has a score."""
    first, last = part.segment.first[document], part.segment.first[document + 1]
    scores = part.units[first:last]
    best = int(scores.argmax())
    return part.segment.anchors[int(first) + best].decode() if scores[best] > 0 else ""
