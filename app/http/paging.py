"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

T = TypeVar("T")
PER_PAGE = 50
LAST_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list of `total`. `path`: where the others are, if not at this very address."""

    items: Sequence[T]
    number: int
    total: int
    size: int = PER_PAGE
    path: str = ""

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int | None:
        return min(self.number - 1, self.last) if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < min(self.last, LAST_PAGE) else None

    def link(self, number: int) -> str:
        """This very address at another page, written by hand: what an address carries must not reach `url_for`, which
        takes some names (`_scheme`, `endpoint`) for its own options.
        """
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return f"{self.path}?" + urlencode([*asked, ("page", str(number))])


def page_number() -> int:
    """`?page=`, brought into the range that is served."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1
