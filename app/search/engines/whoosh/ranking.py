"""From the documents that match to what is answered: the best of them in order, and how many have each facet value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.search import weights
from app.search.engine import Request
from app.search.engines.whoosh.layout import Array
from app.search.engines.whoosh.snapshot import Segment
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


def best(parts: Sequence[Part], candidates: Sequence[Array], request: Request, scored: bool) -> tuple[Hit, ...]:
    """The hits that were asked for, of the documents that match in each segment."""
    wanted = request.offset + request.limit
    if wanted <= 0:
        return ()
    chosen = _promising if scored else _first
    candidates = [chosen(part, found, wanted) for part, found in zip(parts, candidates, strict=True)]
    scores = [_scores(part, found, scored) for part, found in zip(parts, candidates, strict=True)]
    everything = np.concatenate(scores) if scores else np.zeros(0, np.float32)
    least = np.partition(everything, -wanted)[-wanted] if scored and len(everything) > wanted else None
    rows = []
    for part, found, score in zip(parts, candidates, scores, strict=True):
        kept = np.flatnonzero(score >= least) if least is not None else np.arange(len(found))
        rows += [
            (-value, -day, part.segment.ids[number], number, part)
            for value, day, number in zip(
                score[kept].tolist(),
                part.segment.day[found[kept]].tolist(),
                found[kept].tolist(),
                strict=True,
            )
        ]
    rows.sort(key=lambda row: row[:3])
    return tuple(
        Hit(id, -negative, _anchor(part, number)) for negative, _, id, number, part in rows[request.offset : wanted]
    )


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
