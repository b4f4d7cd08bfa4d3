"""A segment on disk: one file of flat little-endian arrays, described by its entry in the commit's meta file.

One file and not one an array: a commit then costs one fsync and one checksum. A file is written once under a new name
and never changed, so it may be mapped; writing into a mapped file would kill the processes that map it.
"""

from __future__ import annotations

import math
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import Unavailable

ALIGNMENT = 64

Array = NDArray[Any]


@dataclass(frozen=True)
class Stored:
    """A file as a meta file names it. `arrays`: by name, (dtype, offset in bytes, number of elements). `written`: its
    time of change, in nanoseconds, or None where its checksum is always taken.
    """

    file: str
    size: int
    crc32: int
    arrays: Mapping[str, tuple[str, int, int]]
    written: int | None = None

    def as_json(self) -> dict[str, Any]:
        described = {"file": self.file, "size": self.size, "crc32": self.crc32, "arrays": self.arrays}
        return described if self.written is None else {**described, "written": self.written}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stored:
        arrays = {name: (str(dtype), int(at), int(count)) for name, (dtype, at, count) in data["arrays"].items()}
        written = data.get("written")
        known = None if written is None else int(written)
        return cls(str(data["file"]), int(data["size"]), int(data["crc32"]), arrays, known)


def write(folder: Path, name: str, arrays: Mapping[str, Array]) -> Stored:
    """Writes a new file and brings it to the disk before it returns."""
    entries: dict[str, tuple[str, int, int]] = {}
    at = crc = 0
    with open(folder / name, "xb") as file:
        for key, array in arrays.items():
            flat = np.ascontiguousarray(array)
            data = flat.view(np.uint8).data if flat.size else b""
            padding = bytes(-at % ALIGNMENT)
            entries[key] = (flat.dtype.str, at + len(padding), flat.size)
            for piece in (padding, data):
                file.write(piece)
                crc = zlib.crc32(piece, crc)
            at += len(padding) + flat.nbytes
        file.flush()
        os.fsync(file.fileno())
        written = os.fstat(file.fileno()).st_mtime_ns
    return Stored(name, at, crc, entries, written)


def spooled(folder: Path, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays as they are, but on the disk: in a file without a name, which goes with the last of them."""
    with tempfile.TemporaryFile(dir=folder) as file:
        at = {}
        for key, array in arrays.items():
            flat = np.ascontiguousarray(array)
            at[key] = file.tell(), flat.dtype, array.shape
            file.write(flat.view(np.uint8).data if flat.size else b"")
            file.write(bytes(-file.tell() % ALIGNMENT))
        file.flush()
        whole: Array = np.memmap(file, np.uint8, "r") if file.tell() else np.zeros(0, np.uint8)
    return {
        key: np.frombuffer(whole[start : start + dtype.itemsize * math.prod(shape)], dtype).reshape(shape)
        for key, (start, dtype, shape) in at.items()
    }


def load(folder: Path, stored: Stored) -> dict[str, Array]:
    """The arrays, mapped read-only. Raises Unavailable where the file is not what was written.

    Nobody has written into a file since the time that is noted of it, so its checksum is not taken: that would read all
    of it. The index worker takes it whenever it begins.
    """
    try:
        untouched = os.stat(folder / stored.file).st_mtime_ns == stored.written
        whole: Array = np.memmap(folder / stored.file, np.uint8, "r") if stored.size else np.zeros(0, np.uint8)
    except (OSError, ValueError) as error:
        raise Unavailable(f"The index file {stored.file} cannot be read ({error}).") from error
    if whole.size != stored.size or not (untouched or zlib.crc32(whole.data) == stored.crc32):
        raise Unavailable(f"The index file {stored.file} is damaged; the index worker builds the index anew.")
    arrays: dict[str, Array] = {}
    for name, (dtype, at, count) in stored.arrays.items():
        kind = np.dtype(dtype)
        # A plain view of the mapping: a memmap's own slices cost ten times as much.
        arrays[name] = np.frombuffer(whole[at : at + count * kind.itemsize], kind)
    return arrays


def intact(folder: Path, stored: Stored) -> bool:
    """Whether the file on disk still is what was written."""
    try:
        data = (folder / stored.file).read_bytes()
    except OSError:
        return False
    return len(data) == stored.size and zlib.crc32(data) == stored.crc32


def joined(texts: Sequence[bytes]) -> tuple[Array, Array]:
    """Texts as one run of bytes, and the offsets where each begins (one more than there are texts)."""
    offsets = np.zeros(len(texts) + 1, np.uint32)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    return np.frombuffer(b"".join(texts), np.uint8), offsets


def parted(run: Array, offsets: Array) -> list[bytes]:
    """The texts that `joined` was given."""
    data, ends = run.tobytes(), offsets.tolist()
    return [data[first:last] for first, last in pairwise(ends)]
