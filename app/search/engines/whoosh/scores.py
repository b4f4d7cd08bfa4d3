"""Scores as they add up: the impacts of each token that is looked up, in dense arrays of units and of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from app.search import weights
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import completions, phrases, ranking
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.ranking import Part, Place
from app.search.engines.whoosh.snapshot import Snapshot
from app.search.plan import Evidence, Term
from app.search.results import Hit, Share


class Scores:
    """Of one question. `tokens`: what was looked up and found. `noted`: by hit, what each token has added."""

    def __init__(self, snapshot: Snapshot, request: Request, load: Callable[[Visibility], frozenset[str]]) -> None:
        self.ordered = request.plan.ordered
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
        self.scored = False
        self.places = [np.full(part.segment.documents, Evidence.NONE, np.uint8) for part in self.parts]
        self.placed = False
        self.watched: dict[str, Place] = {}
        self.noted: dict[str, list[Share]] = {}

    @property
    def evidence(self) -> list[Array] | None:
        """The evidence for each document, where it comes before the score."""
        return self.places if self.placed else None

    def watch(self, hits: Sequence[Hit]) -> None:
        """From here on it is noted what each token adds to these."""
        self.watched = {hit.id: place for hit in hits if (place := ranking.place_of(self.parts, hit)) is not None}
        self.noted = {id: [] for id in self.watched}

    def _note(self, evidence: Evidence, token: str) -> None:
        for id, place in self.watched.items():
            section, whole = place.score()
            before = [(share.section, share.whole) for share in self.noted[id]]
            section -= sum(each for each, _ in before)
            whole -= sum(each for _, each in before)
            if section > 0 or whole > 0:
                self.noted[id].append(Share(evidence, token, section, whole))

    def _place(self, evidence: Evidence, number: int, ids: Array) -> None:
        """Notes what evidence there is for some documents of a segment."""
        if self.ordered or evidence == Evidence.NAME:
            self.placed = True
            places = self.places[number]
            places[ids] = np.minimum(places[ids], evidence)

    def term(self, term: Term, scores: bool, found: list[Array]) -> bool:
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

    def prefix(self, prefix: str, scores: bool, found: list[Array]) -> bool:
        """Adds the best of all that completes a prefix; returns as `term` does."""
        runs = completions.runs(prefix, self.parts)
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
                self.tokens.update(completions.seen_terms(part, *run))
        self.scored = True
        self._note(Evidence.PREFIX, f"{prefix}…")
        return visible

    def phrase_term(self, term: Term, stands: Sequence[Array], holders: Sequence[Array]) -> None:
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
