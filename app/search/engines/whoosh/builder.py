"""From documents to the arrays of a segment: tokens are numbered as they come, and sorted all at once."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from app.search.document import IndexDocument, Tokens
from app.search.engines.whoosh.postings import ALERTS, BODY, FIELD_SHIFT, FIELDS, HEADING, TITLE, Raw, offsets, rows
from app.search.query import FILTER_FIELDS

# So many tokens are sorted at once: it bounds the memory that a rebuild takes.
CHUNK_TOKENS = 8_000_000


class _Numbered(dict[str, int]):
    """Gives every new key the next number."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class Builder:
    """Takes documents one by one; `chunks` gives what they come to. `folder` keeps what has grown large meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: list[Raw] = []
        self._start()

    def _start(self) -> None:
        self._terms, self._values = _Numbered(), _Numbered()
        self._tokens, self._positions = array("I"), array("I")
        self._run_unit, self._run_field, self._run_len = array("I"), array("I"), array("I")
        self._ids: list[bytes] = []
        self._anchors: list[bytes] = []
        self._revisions, self._days, self._first = array("q"), array("i"), array("I", [0])
        self._meaning: list[bytes] = []
        self._meant = array("I")
        self._facets: dict[str, list[list[int]]] = {name: [] for name in FILTER_FIELDS}

    def add(self, document: IndexDocument) -> None:
        self._ids.append(document.id.encode())
        self._revisions.append(document.revision)
        self._days.append(document.day)
        self._unit(b"", (TITLE, document.title), (ALERTS, document.alerts))
        for section in document.sections:
            self._unit(section.anchor.encode(), (HEADING, section.heading), (BODY, section.body))
        self._first.append(len(self._anchors))
        self._meaning += document.meaning
        self._meant.append(len(document.meaning))
        for name, listed in self._facets.items():
            listed.append([self._values[f"{name}:{value}"] for value in dict.fromkeys(document.facets.get(name, ()))])
        if len(self._tokens) > CHUNK_TOKENS:
            self._finish()
            self._done[-1] = self._done[-1].on_disk(self._folder)

    def chunks(self) -> list[Raw]:
        if self._ids:
            self._finish()
        return self._done

    def _unit(self, anchor: bytes, *texts: tuple[int, Tokens]) -> None:
        unit = len(self._anchors)
        self._anchors.append(anchor)
        for field, tokens in texts:
            self._tokens.extend(map(self._terms.__getitem__, tokens.texts))
            self._positions.extend(tokens.positions)
            self._run_unit.append(unit)
            self._run_field.append(field)
            self._run_len.append(len(tokens.texts))

    def _finish(self) -> None:
        terms = sorted(text.encode() for text in self._terms)
        place = {text: number for number, text in enumerate(terms)}
        rank = np.fromiter((place[text.encode()] for text in self._terms), np.uint64, len(terms))
        run_unit, run_field, run_len = (
            np.asarray(run, np.uint32) for run in (self._run_unit, self._run_field, self._run_len)
        )
        token = rank[np.asarray(self._tokens, np.uint32)]
        unit = np.repeat(run_unit, run_len)
        position = np.asarray(self._positions, np.uint32) | np.repeat(run_field << FIELD_SHIFT, run_len)
        # Sorted by (term, place in the text): units and positions already rise.
        key = np.sort(token << np.uint64(32) | np.arange(len(token), dtype=np.uint64))
        order = key & np.uint64(0xFFFFFFFF)
        token, unit, position = key >> np.uint64(32), unit[order], position[order]
        new = np.ones(len(token), bool)
        new[1:] = (token[1:] != token[:-1]) | (unit[1:] != unit[:-1])
        starts = np.flatnonzero(new)
        unit_len = np.zeros((len(self._anchors), len(FIELDS)), np.uint32)
        unit_len[run_unit, run_field] = run_len
        values = [text.encode() for text in self._values]
        facets = [row for name in FILTER_FIELDS for row in self._facets[name]]
        self._done.append(
            Raw(
                terms=terms,
                sec_off=offsets(np.bincount(token[starts].astype(np.int64), minlength=len(terms)), np.uint64),
                sec_ids=unit[starts],
                pos_off=np.append(starts, len(token)).astype(np.uint32),
                pos=position,
                ids=self._ids,
                revision=np.asarray(self._revisions, np.int64),
                day=np.asarray(self._days, np.int32),
                first=np.asarray(self._first, np.uint32),
                unit_len=unit_len,
                anchors=self._anchors,
                meaning=rows(np.frombuffer(b"".join(self._meaning), np.int8), len(self._meaning)),
                meaning_off=offsets(self._meant, np.uint32),
                values=values,
                facet_off=offsets([len(row) for row in facets], np.uint32),
                facet_val=np.fromiter((value for row in facets for value in row), np.uint32),
            )
        )
        self._start()
