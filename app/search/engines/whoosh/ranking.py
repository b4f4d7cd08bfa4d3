"""From the documents that match to what is answered: the best of them in order, and how many have each facet value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.search import weights
from app.search.engine import Request
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment
from app.search.likeness import ONE, Vector
from app.search.plan import Evidence
from app.search.results import Hit

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

    def counted(self, ids: Array) -> tuple[int, int]:
        """How many of these documents are seen, and how many the widest audience sees."""
        seen = int(np.count_nonzero(self.seen.take(ids)))
        return seen, seen if self.reference is self.seen else int(np.count_nonzero(self.reference.take(ids)))


@dataclass(frozen=True)
class Place:
    """Where the sums of one hit stand: its document, and its best section."""

    part: Part
    document: int
    unit: int | None

    def score(self) -> tuple[float, float]:
        """What its section and its whole come to so far."""
        section = float(self.part.units[self.unit]) if self.unit is not None else 0.0
        return section, weights.WHOLE * float(self.part.documents[self.document])


def place_of(parts: Sequence[Part], hit: Hit) -> Place | None:
    for part in parts:
        number = part.segment.number_of.get(hit.id)
        if number is not None and part.seen[number]:
            first, last = part.segment.first[number], part.segment.first[number + 1]
            anchors = part.segment.anchors.between(int(first), int(last))
            anchor = hit.anchor.encode()
            return Place(part, number, int(first) + anchors.index(anchor, 1) if anchor in anchors[1:] else None)
    return None


@dataclass(order=True)
class Row:
    """A document on its way to a hit; rows sort as hits do."""

    place: int
    negative: float
    later: int
    id: str
    number: int = field(compare=False)
    part: Part = field(compare=False)


def best(
    parts: Sequence[Part], found: Sequence[Array], request: Request, scored: bool, places: Sequence[Array] | None
) -> tuple[tuple[Hit, ...], float]:
    """The hits that were asked for, of the documents found in each segment, and the largest score by letters. `places`:
    the evidence for each document, where that comes first.
    """
    wanted = request.offset + request.limit
    most = max(wanted, weights.MEANT if request.meaning is not None and scored else 1)
    rows: list[Row] = []
    for place in _places(found, places):
        among = found if places is None else [each[of[each] == place] for each, of in zip(found, places, strict=True)]
        rows += _best(parts, among, most - len(rows), scored, place)
        if len(rows) >= most:
            break
    best = max((-row.negative for row in rows), default=0.0)
    if best and request.meaning is not None:
        _mean(rows, best, request.meaning)
    hits = (
        Hit(row.id, -row.negative, _anchor(row.part, row.number), Evidence(row.place))
        for row in rows[request.offset : wanted]
    )
    return tuple(hits), best


def _places(found: Sequence[Array], places: Sequence[Array] | None) -> list[int]:
    if places is None:
        return [Evidence.NONE]
    return sorted({place for each, of in zip(found, places, strict=True) for place in np.unique(of[each]).tolist()})


def _best(parts: Sequence[Part], found: Sequence[Array], wanted: int, scored: bool, place: int) -> list[Row]:
    chosen = _promising if scored else _first
    candidates = [chosen(part, each, wanted) for part, each in zip(parts, found, strict=True)]
    scores = [_scores(part, each, scored) for part, each in zip(parts, candidates, strict=True)]
    everything = np.concatenate(scores) if scores else np.zeros(0, np.float32)
    least = np.partition(everything, -wanted)[-wanted] if scored and len(everything) > wanted else None
    rows = []
    for part, each, score in zip(parts, candidates, scores, strict=True):
        kept = np.flatnonzero(score >= least) if least is not None else np.arange(len(each))
        numbers = each[kept]
        rows += [
            Row(place, -value, -day, part.segment.ids[number], number, part)
            for value, day, number in zip(
                score[kept].tolist(), part.segment.day[numbers].tolist(), numbers.tolist(), strict=True
            )
        ]
    rows.sort()
    return rows[:wanted]


def _mean(rows: list[Row], best: float, meaning: Vector) -> None:
    """Puts the first rows in order anew, by letters and meaning together."""
    first = rows[: weights.MEANT]
    for row in rows:
        row.negative /= best
    for row, share in zip(first, weights.meanings(_likenesses(first, meaning)), strict=True):
        row.negative -= share
    rows[: weights.MEANT] = sorted(first)


def _likenesses(rows: Sequence[Row], meaning: Vector) -> list[float | None]:
    """Of each document the likeness of its nearest piece, where it has any."""
    found: list[float | None] = [None] * len(rows)
    by_part: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        by_part.setdefault(id(row.part), []).append(at)
    for places in by_part.values():
        segment = rows[places[0]].part.segment
        off = segment.meaning_off.astype(np.int64)
        numbers = np.array([rows[at].number for at in places])
        lengths = off[numbers + 1] - off[numbers]
        there = lengths > 0
        if not there.any():
            continue
        starts, lengths = off[numbers[there]], lengths[there]
        ends = np.cumsum(lengths)
        pieces = segment.meaning[np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])]
        products = pieces.astype(np.float32) @ meaning / np.float32(ONE)
        titles = products[ends - lengths]
        products[ends - lengths] = -np.inf
        alike = np.where(lengths > 1, np.maximum.reduceat(products, ends - lengths), 0) + weights.TITLED * titles
        for at, value in zip(np.array(places)[there].tolist(), alike.tolist(), strict=True):
            found[at] = value
    return found


def facets(
    parts: Sequence[Part], names: Sequence[str], candidates: Sequence[Array]
) -> dict[str, list[tuple[str, int]]]:
    """Each value of these fields, and how many of the documents have it."""
    counted = {name: Counter[str]() for name in names}
    for part, found in zip(parts, candidates, strict=True):
        segment = part.segment
        texts, counts = segment.value_texts, segment.tally(names, found)
        for name in names:
            for number in segment.numbers.get(name, ()):
                if counts[number]:
                    counted[name][texts[number]] += counts[number]
    return {name: sorted(each.items(), key=lambda item: (-item[1], item[0])) for name, each in counted.items()}


def _scores(part: Part, found: Array, scored: bool = True) -> Array:
    """Of some documents: the best section's, and a share of the whole's."""
    if not scored or not len(found):
        return np.zeros(len(found), np.float32)
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


def _first(part: Part, found: Array, wanted: int) -> Array:
    """Those that come first of documents that are all as good."""
    if len(found) <= wanted:
        return found
    first: Array = found[np.argpartition(part.segment.order.take(found), wanted - 1)[:wanted]]
    return first


def _anchor(part: Part, document: int) -> str:
    """The best section's, the first of equals; empty where none has a score."""
    first, last = part.segment.first[document], part.segment.first[document + 1]
    scores = part.units[first:last]
    best = int(scores.argmax())
    return part.segment.anchors[int(first) + best].decode() if scores[best] > 0 else ""
