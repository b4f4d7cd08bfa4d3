"""A segment as the writer holds it open: what its documents are called, and what is read of them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.search.engines.whoosh.layout import Array, Stored, load, parted
from app.search.engines.whoosh.postings import rows


@dataclass(frozen=True)
class Opened:
    """`numbers` are its documents by id; `live` (documents) is what was not deleted since it was written."""

    arrays: dict[str, Array]
    numbers: dict[str, int]

    @classmethod
    def of(cls, folder: Path, stored: Stored) -> Opened:
        arrays = load(folder, stored)
        ids = parted(arrays["ids"], arrays["ids_off"])
        return cls(arrays, {id.decode(): number for number, id in enumerate(ids)})

    def revisions(self, live: Array) -> dict[str, int]:
        revisions, there = self.arrays["revision"].tolist(), live.tolist()
        return {id: revisions[number] for id, number in self.numbers.items() if there[number]}

    def lacking(self, live: Array) -> list[str]:
        """The documents without a row of vectors."""
        without = live & (np.diff(self.arrays["meaning_off"]) == 0)
        return [id for id, number in self.numbers.items() if without[number]] if without.any() else []

    def vectors(self, id: str, revision: int, live: Array) -> tuple[bytes, ...]:
        """The rows of a document, where it is here at that revision."""
        number = self.numbers.get(id)
        if number is None or not live[number] or self.arrays["revision"][number] != revision:
            return ()
        off = self.arrays["meaning_off"]
        first, last = int(off[number]), int(off[number + 1])
        return tuple(row.tobytes() for row in rows(self.arrays["meaning"], int(off[-1]))[first:last])
