"""One question against one commit: postings are added up in dense arrays, masked, folded into documents, counted.

What is hidden or deleted is masked before anything is counted. `app/search/engine.py` says what a score is; the memory
engine says the same in plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

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
# Below this share of a segment's documents, facets are counted document by document.
FEW = 1 / 16


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
        self.total_reference = sum(int(part.reference.sum()) for part in self.parts)
        self.tokens: set[str] = set()
        self.corrections: dict[str, tuple[str, ...]] = {}
        self.scored = False

    def results(self) -> Results:
        matched = self._matched()
        masks = matched.without()
        candidates = [np.flatnonzero(mask) for mask in masks]
        total = sum(len(found) for found in candidates)
        facets = {
            name: self._facet(name, matched.without(name) if name in matched.values else masks)
            for name in self.request.facets
        }
        return Results(total, self._hits(candidates), facets, self.corrections, frozenset(self.tokens))

    # Which documents match, adding up scores on the way.

    def _matched(self) -> Matched:
        groups, required = [], []
        matched = Matched([])
        for node in self.request.plan.nodes:
            if isinstance(node, Group):
                groups.append(self._node(node, scores=True))
            elif isinstance(node, Value):
                found = self._node(node, scores=False)
                before = matched.values.get(node.field)
                matched.values[node.field] = [a & b for a, b in zip(before, found, strict=True)] if before else found
            else:
                required.append(self._node(node, scores=True))
        if groups:
            required.append([np.logical_or.reduce(masks) for masks in zip(*groups, strict=True)])
        matched.base = [
            np.logical_and.reduce([part.seen, *(masks[number] for masks in required)])
            for number, part in enumerate(self.parts)
        ]
        return matched

    def _node(self, node: Node, scores: bool) -> list[Array]:
        """The mask of a node in each segment."""
        match node:
            case Group():
                return self._group(node, scores)
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

    def _group(self, group: Group, scores: bool) -> list[Array]:
        found = [np.zeros(part.segment.documents, bool) for part in self.parts]
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
        return found

    def _term(self, term: Term, scores: bool, found: list[Array]) -> bool:
        """Adds a term; returns whether the viewer may see a document that holds it."""
        token = term.token.encode()
        places = [part.segment.place(token) for part in self.parts]
        spans = [
            part.segment.holders(place, place + 1) if place >= 0 else None
            for part, place in zip(self.parts, places, strict=True)
        ]
        holders = [part.segment.doc_ids[span] if span else None for part, span in zip(self.parts, spans, strict=True)]
        visible = False
        for part, ids, mask in zip(self.parts, holders, found, strict=True):
            if ids is not None:
                mask[ids] = True
                visible = visible or bool(part.seen[ids].any())
        if not scores:
            return visible
        if visible:
            self.tokens.add(term.token)
        weight = np.float32(term.weight * self._idf(holders))
        for part, place, span, ids in zip(self.parts, places, spans, holders, strict=True):
            if span and ids is not None:
                part.documents[ids] += weight * part.segment.doc_imp[span]
                postings = part.segment.postings(place)
                part.units[part.segment.sec_ids[postings]] += weight * part.segment.sec_imp[postings]
        self.scored = True
        return visible

    def _idf(self, holders: Sequence[Array | None]) -> float:
        """Of a token, from the documents of each segment that hold it."""
        counted = sum(
            int(np.count_nonzero(part.reference[ids]))
            for part, ids in zip(self.parts, holders, strict=True)
            if ids is not None
        )
        return weights.idf(self.total_reference, counted)

    def _prefix(self, prefix: str, scores: bool, found: list[Array]) -> bool:
        runs = self._completions(prefix)
        holders: list[Array | None] = []
        for part, places, mask in zip(self.parts, runs, found, strict=True):
            holding = np.zeros(part.segment.documents, bool)
            for first, last in places:
                holding[part.segment.doc_ids[part.segment.holders(first, last)]] = True
            mask |= holding
            holders.append(np.flatnonzero(holding))
        visible = any(bool(part.seen[ids].any()) for part, ids in zip(self.parts, holders, strict=True))
        if not scores:
            return visible
        weight = np.float32(weights.PREFIX * self._idf(holders))
        for part, places in zip(self.parts, runs, strict=True):
            segment = part.segment
            documents, units = np.zeros_like(part.documents), np.zeros_like(part.units)
            for first, last in places:
                span = segment.holders(first, last)
                np.maximum.at(documents, segment.doc_ids[span], segment.doc_imp[span])
                span = slice(int(segment.sec_off[first]), int(segment.sec_off[last]))
                np.maximum.at(units, segment.sec_ids[span], segment.sec_imp[span])
                self.tokens.update(_seen_terms(part, first, last))
            part.documents += weight * documents
            part.units += weight * units
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
        holders = [np.unique(part.segment.document_of[units]) for part, units in zip(self.parts, stands, strict=True)]
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
        places = [part.segment.place(token) for part in self.parts]
        held = [
            part.segment.doc_ids[part.segment.holders(place, place + 1)] if place >= 0 else None
            for part, place in zip(self.parts, places, strict=True)
        ]
        if any(bool(part.seen[ids].any()) for part, ids in zip(self.parts, held, strict=True) if ids is not None):
            self.tokens.add(term.token)
        weight = np.float32(term.weight * self._idf(held))
        for part, place, units, documents in zip(self.parts, places, stands, holders, strict=True):
            if place < 0 or not len(units):
                continue
            segment = part.segment
            span, postings = segment.holders(place, place + 1), segment.postings(place)
            _add_where(part.documents, segment.doc_ids[span], weight * segment.doc_imp[span], documents)
            _add_where(part.units, segment.sec_ids[postings], weight * segment.sec_imp[postings], units)
        self.scored = True

    # From what matches to what is answered.

    def _hits(self, candidates: Sequence[Array]) -> tuple[Hit, ...]:
        wanted = self.request.offset + self.request.limit
        scores = [self._scores(part, found) for part, found in zip(self.parts, candidates, strict=True)]
        everything = np.concatenate(scores) if scores else np.zeros(0, np.float32)
        if wanted <= 0 or not len(everything):
            return ()
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
        """Of some documents: the best section's, and a share of the whole's."""
        if not self.scored or not len(found):
            return np.zeros(len(found), np.float32)
        first = part.segment.first
        if len(found) > FEW * part.segment.documents:
            best = np.maximum.reduceat(part.units, first[:-1])[found]
        else:
            # Every second run lies between two documents, and says nothing; the last must not run to the end.
            bounds = np.stack([first[found], first[found + 1]], axis=1).ravel()
            best = np.maximum.reduceat(np.append(part.units, np.float32(0)), bounds)[::2]
        scores: Array = best + np.float32(weights.WHOLE) * part.documents[found]
        return scores

    def _facet(self, name: str, masks: Sequence[Array]) -> list[tuple[str, int]]:
        counted = Counter[str]()
        for part, mask in zip(self.parts, masks, strict=True):
            holders, values = part.segment.facet(name)
            counts = np.bincount(values[mask[holders]], minlength=0)
            texts = part.segment.value_texts
            for number in np.flatnonzero(counts).tolist():
                counted[texts[number]] += int(counts[number])
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


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


def _held(part: Part, mask: Array, first: int, last: int) -> list[int]:
    """How many documents of a mask hold each of these terms."""
    if first >= last:
        return []
    off = part.segment.doc_off[first : last + 1].astype(np.int64)
    running = np.concatenate(([0], np.cumsum(mask[part.segment.doc_ids[off[0] : off[-1]]], dtype=np.int64)))
    counts: list[int] = np.diff(running[off - off[0]]).tolist()
    return counts


def _seen_terms(part: Part, first: int, last: int) -> Iterator[str]:
    terms = part.segment.lexicon.between(first, last)
    return (term.decode() for term, count in zip(terms, _held(part, part.seen, first, last), strict=True) if count)


def _add_where(sums: Array, ids: Array, values: Array, wanted: Array) -> None:
    """Adds values to those of their ids that are wanted (both rise)."""
    chosen = np.isin(ids, wanted, assume_unique=True)
    sums[ids[chosen]] += values[chosen]


def _anchor(part: Part, document: int) -> str:
    """The best section's, the first of equals; empty where none has a score."""
    first, last = part.segment.first[document], part.segment.first[document + 1]
    scores = part.units[first:last]
    best = int(scores.argmax())
    return part.segment.anchors[int(first) + best].decode() if scores[best] > 0 else ""
