"""Generations of an index: a folder each, named after the analysis and the weights it was built with, and a meta file a
commit.

The meta file is renamed into place last: what it names is the index, whatever else lies beside it. Web processes read
it and the arrays it names, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import Unavailable
from app.search import analysis, weights
from app.search.engines.whoosh.layout import Array, Stored
from app.search.engines.whoosh.postings import Averages

FORMAT = 3
ASIDE = "damaged-"

_META = re.compile(r"meta-(\d+)\.json")


@dataclass(frozen=True)
class SegmentMeta:
    """A segment as a commit sees it; `live` (documents) is what was not deleted since it was written."""

    stored: Stored
    live: Array

    def as_json(self) -> dict[str, Any]:
        packed = base64.b64encode(np.packbits(self.live).tobytes()).decode()
        return {**self.stored.as_json(), "documents": len(self.live), "live": packed}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SegmentMeta:
        packed = np.frombuffer(base64.b64decode(data["live"]), np.uint8)
        return cls(Stored.from_json(data), np.unpackbits(packed, count=int(data["documents"])).astype(bool))


@dataclass(frozen=True)
class Meta:
    """One commit. `meaning` names whose vectors the documents have. `toc` is Whoosh's own list of the segments, which
    is read only where it is what was written.
    """

    number: int
    revision: int
    meaning: str
    averages: Averages
    segments: tuple[SegmentMeta, ...]
    toc: Stored


@cache
def signature() -> str:
    """What an index is built with, as eight letters: another release with other weights builds beside this one."""
    numbers = {name: value for name, value in vars(weights).items() if name.isupper() and name != "ABLATED"}
    text = json.dumps([FORMAT, analysis.VERSION, numbers], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def generations(index: Path) -> list[Path]:
    """The generations of this signature, the newest first."""
    pattern = re.compile(rf"{signature()}-(\d+)")
    try:
        found = [(int(match[1]), name) for name in os.listdir(index) if (match := pattern.fullmatch(name))]
    except OSError:
        return []
    return [index / name for _, name in sorted(found, reverse=True)]


def next_folder(index: Path) -> Path:
    """A name never used before, even where the index was deleted: a reader tells commits apart by their names."""
    last = next((int(folder.name.rpartition("-")[2]) for folder in generations(index)), 0)
    return index / f"{signature()}-{max(last + 1, int(time.time()))}"


def newest(index: Path) -> tuple[Path, int] | None:
    """The newest generation that is whole (it has a meta file), and the number of its newest commit."""
    for folder in generations(index):
        try:
            numbers = [int(match[1]) for name in os.listdir(folder) if (match := _META.fullmatch(name))]
        except OSError:
            continue
        if numbers:
            return folder, max(numbers)
    return None


def meta_name(number: int) -> str:
    return f"meta-{number}.json"


def write_meta(folder: Path, meta: Meta) -> None:
    body = json.dumps(
        {
            "revision": meta.revision,
            "meaning": meta.meaning,
            "averages": {"section": meta.averages.section, "document": meta.averages.document},
            "segments": [segment.as_json() for segment in meta.segments],
            "toc": meta.toc.as_json(),
        }
    ).encode()
    draft = folder / f".{meta_name(meta.number)}"
    with open(draft, "wb") as file:
        file.write(b"%08x\n" % zlib.crc32(body) + body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / meta_name(meta.number))
    sync_folder(folder)


def read_meta(folder: Path, number: int) -> Meta:
    """Raises FileNotFoundError where a newer commit has replaced it, Unavailable where it is not what was written."""
    checksum, _, body = (folder / meta_name(number)).read_bytes().partition(b"\n")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            raise ValueError("checksum")
        data = json.loads(body)
        return Meta(
            number,
            int(data["revision"]),
            str(data["meaning"]),
            Averages(tuple(data["averages"]["section"]), tuple(data["averages"]["document"])),
            tuple(SegmentMeta.from_json(each) for each in data["segments"]),
            Stored.from_json(data["toc"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(
            f"The index file {meta_name(number)} is damaged; the index worker builds the index anew."
        ) from error


def remove_old_metas(folder: Path, number: int) -> None:
    for name in os.listdir(folder):
        match = _META.fullmatch(name)
        if match and int(match[1]) < number:
            (folder / name).unlink(missing_ok=True)


def set_aside(folder: Path) -> None:
    """A damaged generation is kept to be looked at, until the next one is damaged."""
    for old in folder.parent.glob(f"{ASIDE}*"):
        shutil.rmtree(old, ignore_errors=True)
    folder.rename(folder.with_name(ASIDE + folder.name))


def sync_folder(folder: Path) -> None:
    """Brings renames in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
