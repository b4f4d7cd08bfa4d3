"""Filters as menus of links, which need no script; what is chosen stands beside them, to be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """`url` is the page with this choice, or without it where it is `chosen`."""

    word: str
    url: str
    chosen: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    label: str
    choices: Sequence[Choice]

    @property
    def chosen(self) -> Sequence[Choice]:
        return [choice for choice in self.choices if choice.chosen]
