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
from app.search.analysis import NAME_MARK, STEM_MARK
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import phrases, ranking, typos
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.ranking import Part, Place
from app.search.engines.whoosh.snapshot import Segment, Snapshot
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Term, Value, Without
from app.search.plan import Sequence as Phrase
from app.search.results import Hit, Results, Share

SHORT_PREFIX = 2


@dataclass
class Matched:
    """The documents that match: in each segment a mask of those found and of those counted, before top-level values,
    and one of each field's values.
    """

    found: list[Array]
    counted: list[Array]
    values: dict[str, list[Array]] = field(default_factory=dict)

    def among(self, masks: Sequence[Array], but: str = "") -> list[Array]:
        """The numbers of those that have all the values too, but for those of one field."""
        chosen = [each for name, each in self.values.items() if name != but]
        if not chosen:
            return [np.flatnonzero(mask) for mask in masks]
        return [
            np.flatnonzero(np.logical_and.reduce([mask, *(each[number] for each in chosen)]))
            for number, mask in enumerate(masks)
        ]


class Evaluation:
    """`load` gives the ids of a visibility."""

    def __init__(self, snapshot: Snapshot, request: Request, load: Callable[[Visibility], frozenset[str]]) -> None:
        self.request = request
        self.snapshot = snapshot
        self.parts = []
        for segment, live in snapshot:
            seen = segment.mask(request.visible, load) & live
            same = request.reference.key == request.visible.key
            self.parts.append(
                Part(
                    segment,
                    seen,
                    seen if same else segment.mask(request.reference, load) & live,
                    np.zeros(segment.units, np.float32),
                    np.zeros(segment.documents, np.float32),
                )
            )
        self.total_reference = sum(int(np.count_nonzero(part.reference)) for part in self.parts)
        self.tokens: set[str] = set()
        self.corrections: dict[str, tuple[str, ...]] = {}
        self.scored = False
        # What was looked up and has scored.
        self.known: dict[Group | Phrase, list[Array]] = {}
        self.places = [np.full(part.segment.documents, Evidence.NONE, np.uint8) for part in self.parts]
        self.placed = False
        self.watched: dict[str, Place] = {}
        self.noted: dict[str, list[Share]] = {}

    def results(self) -> Results:
        matched = self._matched()
        found = matched.among(matched.found)
        counted = found if matched.counted is matched.found else matched.among(matched.counted)
        hits, best = ranking.best(self.parts, found, self.request, self.scored, self.places if self.placed else None)
        return Results(
            total=sum(len(each) for each in counted),
            hits=hits,
            best=best,
            facets=self._facets(matched, counted),
            corrections=self.corrections,
            tokens=frozenset(self.tokens),
        )

    def shares(self, hits: Sequence[Hit]) -> dict[str, tuple[Share, ...]]:
        """What the scores by letters are made of: what each token adds while it is looked up."""
        self.watched = {hit.id: place for hit in hits if (place := ranking.place_of(self.parts, hit)) is not None}
        self.noted = {id: [] for id in self.watched}
        self._matched()
        return {id: tuple(shares) for id, shares in self.noted.items()}

    def _note(self, evidence: Evidence, token: str) -> None:
        for id, place in self.watched.items():
            section, whole = place.score()
            before = [(share.section, share.whole) for share in self.noted[id]]
            section -= sum(each for each, _ in before)
            whole -= sum(each for _, each in before)
            if section > 0 or whole > 0:
                self.noted[id].append(Share(evidence, token, section, whole))

    def _facets(self, matched: Matched, counted: Sequence[Array]) -> dict[str, list[tuple[str, int]]]:
        asked = self.request.facets
        facets = ranking.facets(self.parts, [name for name in asked if name not in matched.values], counted)
        for name in matched.values.keys() & set(asked):
            facets |= ranking.facets(self.parts, [name], matched.among(matched.counted, name))
        return {name: facets[name] for name in asked}

    # Which documents match, adding up scores on the way.

    def _matched(self) -> Matched:
        seen = [part.seen for part in self.parts]
        matched = Matched(seen, seen)
        for node in self.request.plan.nodes:
            if isinstance(node, Value):
                found = self._node(node, scores=False)
                before = matched.values.get(node.field)
                matched.values[node.field] = _both(before, found) if before else found
                continue
            if isinstance(node, AtLeast) and node.counted > node.needed:
                held = self._held(node, scores=True)
                counted = [each >= node.counted for each in held]
                masks = [each >= node.needed for each in held]
            else:
                counted = masks = self._node(node, scores=True)
            same = matched.counted is matched.found and counted is masks
            matched.found = _both(matched.found, masks)
            matched.counted = matched.found if same else _both(matched.counted, counted)
        return matched

    def _held(self, node: AtLeast, scores: bool) -> list[Array]:
        """How many of its nodes match, for each document."""
        held = [np.zeros(part.segment.documents, np.uint8) for part in self.parts]
        for each in node.nodes:
            for count, mask in zip(held, self._node(each, scores), strict=True):
                count += mask
        return held

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
            case AtLeast(_, needed):
                return [held >= needed for held in self._held(node, scores)]

    def _group(self, group: Group, scores: bool) -> list[Array]:
        """The documents of a word; one that stands in several places is looked up and scores once."""
        if scores and group in self.known:
            return self.known[group]
        found = [np.zeros(part.segment.documents, bool) for part in self.parts]
        visible = False
        for term in group.terms:
            visible |= self._term(term, scores, found)
        if group.prefix:
            visible |= self._prefix(group.prefix, scores, found)
        if group.typo and not visible:
            nearest = typos.nearest(group.typo, [(part.segment, part.seen) for part in self.parts])
            for token in nearest:
                self._term(Term(token, weights.TYPO, Evidence.TYPO), scores, found)
            if nearest and scores:
                self.corrections[group.typo] = tuple(nearest)
        if scores:
            self.known[group] = found
        return found

    def _place(self, evidence: Evidence, number: int, ids: Array) -> None:
        """Notes what evidence there is for some documents of a segment."""
        if self.request.plan.ordered or evidence == Evidence.NAME:
            self.placed = True
            places = self.places[number]
            places[ids] = np.minimum(places[ids], evidence)

    def _term(self, term: Term, scores: bool, found: list[Array]) -> bool:
        """Adds a term; returns whether the viewer may see a document that holds it."""
        token = term.token.encode()
        held = [
            (number, part, place, *part.segment.documents_with(place, place + 1))
            for number, part in enumerate(self.parts)
            if (place := part.segment.place(token)) >= 0
        ]
        visible = False
        counted = 0
        for number, part, _, ids, _ in held:
            found[number][ids] = True
            seen, known = part.counted(ids)
            visible |= seen > 0
            counted += known
        if not scores:
            return visible
        if visible:
            self.tokens.add(term.token)
        weight = np.float32(term.weight * weights.idf(self.total_reference, counted))
        for number, part, place, ids, impacts in held:
            self._place(term.evidence, number, ids)
            np.add.at(part.documents, ids, weight * impacts)
            ids, impacts = part.segment.units_with(place, place + 1)
            np.add.at(part.units, ids, weight * impacts)
        self.scored = True
        self._note(term.evidence, term.token)
        return visible

    def _prefix(self, prefix: str, scores: bool, found: list[Array]) -> bool:
        runs = self._completions(prefix)
        visible = False
        counted = 0
        for number, (part, places) in enumerate(zip(self.parts, runs, strict=True)):
            holding = np.zeros(part.segment.documents, bool)
            for first, last in places:
                holding[part.segment.documents_with(first, last)[0]] = True
            found[number] |= holding
            if scores:
                self._place(Evidence.PREFIX, number, np.flatnonzero(holding))
            visible = visible or bool((holding & part.seen).any())
            counted += int(np.count_nonzero(holding & part.reference))
        if not scores:
            return visible
        weight = np.float32(weights.completion(prefix) * weights.idf(self.total_reference, counted))
        for part, places in zip(self.parts, runs, strict=True):
            segment = part.segment
            _add_best(part.documents, weight, [segment.documents_with(*run) for run in places])
            _add_best(part.units, weight, [segment.units_with(*run) for run in places])
            for run in places:
                self.tokens.update(_seen_terms(part, *run))
        self.scored = True
        self._note(Evidence.PREFIX, f"{prefix}…")
        return visible

    def _completions(self, prefix: str) -> list[list[tuple[int, int]]]:
        """The runs of each segment's lexicon whose terms complete a prefix."""
        # Stems are marked: what starts with the mark is no plain token, but a name may be asked for.
        if prefix.startswith(STEM_MARK) and not prefix.startswith(NAME_MARK):
            return [[] for _ in self.parts]
        token = prefix.encode()
        # The word itself is the first of those that begin with it.
        spans = [
            (first + (part.segment.place(token) >= 0), last)
            for part in self.parts
            for first, last in [part.segment.lexicon.span(token)]
        ]
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
        if scores and phrase in self.known:
            return self.known[phrase]
        tokens = [token.encode() for token in phrase.tokens]
        stands = [phrases.units(part.segment, part.seen, tokens, phrase.offsets) for part in self.parts]
        holders = [
            phrases.distinct(part.segment.document_of[units]) for part, units in zip(self.parts, stands, strict=True)
        ]
        if scores:
            for term in phrase.terms:
                self._phrase_term(term, stands, holders)
        masks = []
        for part, ids in zip(self.parts, holders, strict=True):
            mask = np.zeros(part.segment.documents, bool)
            mask[ids] = True
            masks.append(mask)
        if scores:
            self.known[phrase] = masks
        return masks

    def _phrase_term(self, term: Term, stands: Sequence[Array], holders: Sequence[Array]) -> None:
        """Adds a term of a phrase where the phrase stands."""
        token = term.token.encode()
        held = [
            (part, place, units, documents, part.segment.doc_ids[part.segment.holders(place, place + 1)])
            for part, units, documents in zip(self.parts, stands, holders, strict=True)
            if (place := part.segment.place(token)) >= 0
        ]
        counts = [part.counted(ids) for part, *_, ids in held]
        if any(seen for seen, _ in counts):
            self.tokens.add(term.token)
        known = sum(each for _, each in counts)
        weight = np.float32(term.weight * weights.idf(self.total_reference, known))
        for part, place, units, documents, ids in held:
            segment = part.segment
            span, postings = segment.holders(place, place + 1), segment.postings(place)
            if not len(units):
                continue
            _add_where(part.documents, ids, segment.doc_imp[span], weight, documents)
            _add_where(part.units, segment.sec_ids[postings], segment.sec_imp[postings], weight, units)
        self.scored = True
        self._note(term.evidence, term.token)


def _both(first: Sequence[Array], second: Sequence[Array]) -> list[Array]:
    return [one & other for one, other in zip(first, second, strict=True)]


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
    off = part.segment.doc_off[first : last + 1].astype(np.intp)
    there = mask.take(part.segment.doc_ids[off[0] : off[-1]])
    counts: list[int] = np.add.reduceat(there, off[:-1] - off[0], dtype=np.int32).tolist()
    return counts


def _seen_terms(part: Part, first: int, last: int) -> Iterator[str]:
    return map(bytes.decode, compress(part.segment.lexicon.between(first, last), _held(part, part.seen, first, last)))


def _add_best(sums: Array, weight: np.float32, postings: Sequence[tuple[Array, Array]]) -> None:
    """Adds to each id its best impact."""
    best = np.zeros(len(sums), np.float32)
    for ids, impacts in postings:
        np.maximum.at(best, ids, impacts)
    best *= weight
    sums += best


def _add_where(sums: Array, ids: Array, impacts: Array, weight: np.float32, wanted: Array) -> None:
    """Adds impacts to those of their ids that are wanted (both rise, and the wanted are few)."""
    at, there = phrases.within(ids, wanted)
    sums[wanted.astype(np.intp)] += weight * there * impacts.take(at, mode="clip")
