"""From documents to the arrays of a segment, and from several segments to one.

A unit is what a posting points to: each document's first unit is its title with its alert names, the others are its
sections in order. A posting is one token in one unit, with all its positions there; the two highest bits of a position
say the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from app.search import weights
from app.search.engines.whoosh.layout import Array, joined, parted, spooled
from app.search.query import FILTER_FIELDS

# Fields in the order of their codes; each has an average length, pinned in the meta file.
FIELDS = ("title", "alerts", "heading", "body")
TITLE, ALERTS, HEADING, BODY = range(4)
FIELD_SHIFT = 30
TEXTS = ("terms", "ids", "anchors", "values")
BLOCK_POSTINGS = 2_000_000


@dataclass(frozen=True)
class Averages:
    """Mean numbers of tokens over the documents that the widest audience sees; 0 counts as 1."""

    section: tuple[float, float] = (0.0, 0.0)
    document: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def drifted(self, now: Averages) -> bool:
        pinned, fresh = (*self.section, *self.document), (*now.section, *now.document)
        return any(abs(new - old) > weights.DRIFT * old for old, new in zip(pinned, fresh, strict=True))


@dataclass(frozen=True)
class Raw:
    """What a segment says without scores. Arrays (n terms, p postings, u units, d documents):

    `sec_off` (n+1) postings of each term; `sec_ids` (p) units, rising within a term; `pos_off` (p+1) into `pos`;
    `first` (d+1) first unit of each document; `unit_len` (u, 4) and `anchor` (u) of each unit; `meaning_off` (d+1) into
    the rows of `meaning`; `facet_off` (fields x d + 1) into `facet_val`, which are places in `values`.
    """

    terms: list[bytes]
    sec_off: Array
    sec_ids: Array
    pos_off: Array
    pos: Array
    ids: list[bytes]
    revision: Array
    day: Array
    first: Array
    unit_len: Array
    anchors: list[bytes]
    meaning: Array
    meaning_off: Array
    values: list[bytes]
    facet_off: Array
    facet_val: Array

    @property
    def documents(self) -> int:
        return len(self.ids)

    def on_disk(self, folder: Path) -> Raw:
        """The same, with all but its texts on the disk of that folder."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return Raw(**values | spooled(folder, {name: each for name, each in values.items() if name not in TEXTS}))

    def arrays(self) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, list):
                found[field.name], found[f"{field.name}_off"] = joined(value)
            else:
                found[field.name] = value
        return found

    @classmethod
    def of(cls, arrays: Mapping[str, Array]) -> Raw:
        """The same from a segment's arrays."""
        values: dict[str, Any] = {
            field.name: parted(arrays[field.name], arrays[f"{field.name}_off"])
            if field.name in TEXTS
            else arrays[field.name]
            for field in fields(cls)
        }
        values["unit_len"] = arrays["unit_len"].reshape(-1, len(FIELDS))
        values["meaning"] = rows(arrays["meaning"], int(arrays["meaning_off"][-1]))
        return cls(**values)


def merge(parts: Sequence[tuple[Raw, Array]]) -> Raw:
    """One segment of several, each with the mask of the documents that are kept."""
    parts = [(raw, keep) for raw, keep in parts if keep.any()]
    if len(parts) == 1 and parts[0][1].all():
        return parts[0][0]
    terms, term_of = _united([raw.terms for raw, _ in parts])
    values, value_of = _united([raw.values for raw, _ in parts])
    token, unit, length, pos = [], [], [], []
    units = 0
    for (raw, keep), rank in zip(parts, term_of, strict=True):
        unit_kept = np.repeat(keep, np.diff(raw.first))
        unit_new = np.cumsum(unit_kept, dtype=np.int64) - 1 + units
        kept = unit_kept[raw.sec_ids]
        lengths = np.diff(raw.pos_off)
        token.append(np.repeat(rank, np.diff(raw.sec_off).astype(np.int64))[kept])
        unit.append(unit_new[raw.sec_ids[kept]])
        length.append(lengths[kept])
        pos.append(raw.pos[np.repeat(kept, lengths)])
        units += int(unit_kept.sum())
    tokens, lens = np.concatenate(token), np.concatenate(length)
    order = np.argsort(tokens, kind="stable")
    held = np.bincount(tokens, minlength=len(terms))
    present = held > 0
    masks = [keep for _, keep in parts]
    return Raw(
        terms=[term for term, there in zip(terms, present.tolist(), strict=True) if there],
        sec_off=offsets(held[present], np.uint64),
        sec_ids=np.concatenate(unit)[order].astype(np.uint32),
        pos_off=offsets(lens[order], np.uint32),
        pos=_gather(np.concatenate(pos), lens, order),
        ids=[id for raw, keep in parts for id, kept in zip(raw.ids, keep.tolist(), strict=True) if kept],
        revision=np.concatenate([raw.revision[keep] for raw, keep in parts]),
        day=np.concatenate([raw.day[keep] for raw, keep in parts]),
        first=offsets(np.concatenate([np.diff(raw.first)[keep] for raw, keep in parts]), np.uint32),
        unit_len=np.concatenate([raw.unit_len[np.repeat(keep, np.diff(raw.first))] for raw, keep in parts]),
        anchors=[
            anchor
            for raw, keep in parts
            for anchor, kept in zip(raw.anchors, np.repeat(keep, np.diff(raw.first)).tolist(), strict=True)
            if kept
        ],
        meaning=_merged_meaning(parts),
        meaning_off=offsets(np.concatenate([np.diff(raw.meaning_off)[keep] for raw, keep in parts]), np.uint32),
        values=values,
        **_merged_facets([raw for raw, _ in parts], masks, value_of),
    )


def rows(run: Array, count: int) -> Array:
    """So many rows of equal length, as they were before they were written."""
    return run.reshape(count, -1) if count else run.reshape(0, 0)


def _merged_meaning(parts: Sequence[tuple[Raw, Array]]) -> Array:
    kept = [raw.meaning[np.repeat(keep, np.diff(raw.meaning_off))] for raw, keep in parts]
    there = [each for each in kept if len(each)]
    return np.concatenate(there) if there else rows(np.zeros(0, np.int8), 0)


def _united(lists: Sequence[list[bytes]]) -> tuple[list[bytes], list[Array]]:
    """All texts once, sorted, and for each list where its texts stand among them."""
    whole = sorted(set().union(*lists))
    place = {text: number for number, text in enumerate(whole)}
    return whole, [np.fromiter((place[text] for text in each), np.uint32, len(each)) for each in lists]


def _gather(pos: Array, lengths: Array, order: Array) -> Array:
    """Runs of positions in another order."""
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)[order] if len(lengths) else lengths
    taken = lengths[order].astype(np.int64)
    within = np.arange(taken.sum()) - np.repeat(np.cumsum(taken) - taken, taken)
    gathered: Array = pos[np.repeat(starts, taken) + within].astype(np.uint32)
    return gathered


def _merged_facets(raws: Sequence[Raw], masks: Sequence[Array], value_of: Sequence[Array]) -> dict[str, Array]:
    lengths, values = [], []
    for field in range(len(FILTER_FIELDS)):
        for raw, keep, place in zip(raws, masks, value_of, strict=True):
            off = raw.facet_off[field * raw.documents : (field + 1) * raw.documents + 1]
            counts = np.diff(off)
            lengths.append(counts[keep])
            values.append(place[raw.facet_val[off[0] : off[-1]]][np.repeat(keep, counts)])
    return {
        "facet_off": offsets(np.concatenate(lengths), np.uint32),
        "facet_val": np.concatenate(values).astype(np.uint32),
    }


def averages(parts: Iterable[tuple[Raw, Array]]) -> Averages:
    """Over the documents in the masks; over all of them where the masks hold none is the caller's choice."""
    units = documents = 0
    total = np.zeros(len(FIELDS))
    for raw, chosen in parts:
        count = int(chosen.sum())
        documents += count
        units += int(np.diff(raw.first)[chosen].sum()) - count
        total += raw.unit_len[np.repeat(chosen, np.diff(raw.first))].sum(axis=0, dtype=np.float64)
    heading, body = (float(total[field]) / max(units, 1) for field in (HEADING, BODY))
    title, alerts, headings, bodies = (float(each) / max(documents, 1) for each in total)
    return Averages((heading, body), (title, alerts, headings, bodies))


def impacts(raw: Raw, pinned: Averages) -> dict[str, Array]:
    """`sec_imp` of each posting, and `doc_off`, `doc_ids`, `doc_imp` of each (term, document): BM25F without idf."""
    unit_len = raw.unit_len.astype(np.float64)
    unit_norm = np.zeros_like(unit_len)
    for field, average in zip((HEADING, BODY), pinned.section, strict=True):
        unit_norm[:, field] = _norm(field, unit_len[:, field], average)
    firsts = raw.first[:-1].astype(np.int64)
    doc_len = np.add.reduceat(unit_len, firsts) if raw.documents else np.zeros((0, len(FIELDS)))
    doc_norm = np.stack([_norm(field, doc_len[:, field], each) for field, each in enumerate(pinned.document)], axis=1)
    document_of = np.repeat(np.arange(raw.documents, dtype=np.uint32), np.diff(raw.first))
    blocks = [_impacts(raw, terms, unit_norm, doc_norm, document_of) for terms in _blocks(raw.sec_off)]
    sec_imp, held, doc_ids, doc_imp = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return {"sec_imp": sec_imp, "doc_off": offsets(held, np.uint64), "doc_ids": doc_ids, "doc_imp": doc_imp}


def _blocks(sec_off: Array) -> list[tuple[int, int]]:
    """Runs of terms of about BLOCK_POSTINGS postings: it bounds the memory that working out their impacts takes."""
    terms = len(sec_off) - 1
    wanted = np.arange(0, int(sec_off[-1]) + 1, BLOCK_POSTINGS)
    bounds = [0, *dict.fromkeys(sec_off.searchsorted(wanted[1:]).tolist()), terms]
    return [(first, last) for first, last in pairwise(bounds) if first < last] or [(0, 0)]


def _impacts(
    raw: Raw, terms: tuple[int, int], unit_norm: Array, doc_norm: Array, document_of: Array
) -> tuple[Array, Array, Array, Array]:
    """Of some terms: each posting's impact, how many documents hold each term, which, and the impact on each."""
    sec_off = raw.sec_off[terms[0] : terms[1] + 1].astype(np.int64)
    span = slice(int(sec_off[0]), int(sec_off[-1]))
    pos_off = raw.pos_off[span.start : span.stop + 1].astype(np.int64)
    units, postings = raw.sec_ids[span], span.stop - span.start
    field_of = (raw.pos[pos_off[0] : pos_off[-1]] >> FIELD_SHIFT).astype(np.int64)
    held = np.repeat(np.arange(postings) * len(FIELDS), np.diff(pos_off)) + field_of
    tf = np.bincount(held, minlength=postings * len(FIELDS)).reshape(postings, len(FIELDS))
    document = document_of[units]
    term = np.repeat(np.arange(terms[1] - terms[0]), np.diff(sec_off))
    new = np.ones(postings, bool)
    new[1:] = (term[1:] != term[:-1]) | (document[1:] != document[:-1])
    starts = np.flatnonzero(new)
    doc_ids = document[starts]
    doc_tf = np.add.reduceat(tf, starts) if postings else tf
    return (
        _saturated((tf * unit_norm[units]).sum(axis=1)),
        np.bincount(term[starts], minlength=terms[1] - terms[0]),
        doc_ids,
        _saturated((doc_tf * doc_norm[doc_ids]).sum(axis=1)),
    )


def _norm(field: int, lengths: Array, average: float) -> Array:
    weight = (weights.TITLE, weights.ALERT, weights.HEADING, weights.BODY)[field]
    return weight / (1 - weights.B + weights.B * lengths / (average or 1.0))


def _saturated(frequency: Array) -> Array:
    return (frequency * (weights.K1 + 1) / (frequency + weights.K1)).astype(np.float32)


def offsets(lengths: Array | Sequence[int], dtype: type[np.uint32] | type[np.uint64]) -> Array:
    """Where each of several runs begins, and where the last one ends."""
    found: Array = np.zeros(len(lengths) + 1, dtype)
    np.cumsum(lengths, out=found[1:])
    return found
