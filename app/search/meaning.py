"""What a text means, as a vector: near another's where both say the same in other words.

Shipped are vectors of WordPiece tokens, learned from a sentence model (docs/meaning tells how); a text is the
normalised sum of its tokens' vectors, so that even a key press can afford one.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 256
FILE = Path(__file__).with_suffix(".npz")

CHUNK_WORDS = 150
# What a text is cut to, so that any is encoded in bounded time.
MOST_CHARACTERS = 100_000
MOST_WORDS = 4_000
LONGEST_WORD = 64
# Texts are encoded in blocks of about that many tokens, which fit a processor's cache.
BLOCK_TOKENS = 2_048

_WORD = re.compile(r"[^\W_]+")
# Where a name in CamelCase parts: before a capital that follows a small letter or digit, and before the last capital of
# a run.
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Numbers, hashes and lengths of time name one thing, and mean nothing; `x509`, `k8s` and `sha256` do mean something.
_NOISE = re.compile(r"\d+|(?=[a-f]*\d)[0-9a-f]{4,}|(?=[a-z]*\d+[a-z])[a-z0-9]{5,}")

Vectors = NDArray[np.float32]


class Meaning(Protocol):
    """Anything that turns texts into vectors of one length; `name` tells whose vectors they are."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def fast(self) -> bool:
        """Whether even a key press can afford it, and a whole library at once."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, of length 1, or all 0 for a text without a known token."""
        ...


def chunks(title: str, heading: str, text: str) -> list[str]:
    """A section in parts of about CHUNK_WORDS words, each with title and heading in front; at least one."""
    body = text.split()
    front = [title.strip(), heading.strip()]
    count = max(1, round(len(body) / CHUNK_WORDS))
    bounds = [len(body) * part // count for part in range(count + 1)]
    parts = ([*front, " ".join(body[first:last])] for first, last in pairwise(bounds))
    return ["\n".join(filter(None, part)) for part in parts]


def words(text: str) -> list[str]:
    """The raw words of a text's beginning: runs of letters and digits."""
    return _WORD.findall(unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]))[:MOST_WORDS]


def plain_parts(word: str) -> list[str]:
    """The parts of a raw word in small letters without accents, without those that are noise."""
    parts = (unicodedata.normalize("NFD", part.lower()) for part in _CAMEL.split(word))
    bare = ("".join(each for each in part if not unicodedata.combining(each)) for part in parts)
    return [part for part in bare if part and not _NOISE.fullmatch(part)]


class Pieces:
    """WordPiece: a word is its longest known beginning, and so on with the rest; nothing where a rest is unknown."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {token: number for number, token in enumerate(vocabulary)}
        self._longest = max(map(len, vocabulary), default=0)
        self.of_word = lru_cache(maxsize=50_000)(self._of_word)

    def _of_word(self, word: str) -> tuple[int, ...]:
        """The tokens of a raw word, by number."""
        return tuple(number for part in plain_parts(word[:LONGEST_WORD]) for number in self._of_part(part))

    def _of_part(self, part: str) -> list[int]:
        found: list[int] = []
        first = 0
        while first < len(part):
            mark = "##" if first else ""
            for last in range(min(len(part), first + self._longest), first, -1):
                if (number := self._numbers.get(mark + part[first:last])) is not None:
                    found.append(number)
                    first = last
                    break
            else:
                return []
        return found


class TokenVectors:
    """The vectors that come with the application; read at their first use and kept as they are in the file."""

    dimensions = DIMENSIONS
    fast = True

    def __init__(self, file: Path = FILE) -> None:
        self._file = file

    @cached_property
    def name(self) -> str:
        """Of these vectors alone: others cannot be compared with them."""
        return f"tokens-{zlib.crc32(self._file.read_bytes()):08x}"

    @cached_property
    def _arrays(self) -> tuple[Pieces, NDArray[np.int8], Vectors]:
        with np.load(self._file, allow_pickle=False) as arrays:
            vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
            return Pieces(vocabulary), arrays["vectors"], arrays["scale"]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, of length 1, or all 0 for a text without a known token."""
        pieces = self._arrays[0]
        sums = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        numbers: list[int] = []
        rows: list[int] = []
        starts: list[int] = []
        for row, text in enumerate(texts):
            start = len(numbers)
            numbers.extend(chain.from_iterable(map(pieces.of_word, words(text))))
            if len(numbers) > start:
                rows.append(row)
                starts.append(start)
            if len(numbers) >= BLOCK_TOKENS or row == len(texts) - 1:
                if rows:
                    sums[rows] = self._sums(numbers, starts)
                numbers, rows, starts = [], [], []
        return sums

    def _sums(self, numbers: list[int], starts: list[int]) -> Vectors:
        _, vectors, scale = self._arrays
        # Each token's vector is read once, however often it stands there.
        tokens, places = np.unique(np.array(numbers), return_inverse=True)
        row = np.repeat(np.arange(len(starts)), np.diff([*starts, len(numbers)]))
        counts = np.bincount(row * len(tokens) + places, minlength=len(starts) * len(tokens))
        weighed = counts.reshape(len(starts), -1).astype(np.float32)
        return normalised(weighed @ (vectors[tokens] * scale[tokens, np.newaxis]))


def normalised(rows: Vectors) -> Vectors:
    """The same directions at length 1; what is all 0 stays it."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


# One for all who share a process: it is read once.
SHIPPED = TokenVectors()
