"""A query ready for an engine: words analysed and widened (exact, stem, synonym, prefix, typo), with weights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One token of the lexicon; it adds `weight * idf * impact` to what holds it."""

    token: str
    weight: float


@dataclass(frozen=True)
class Group:
    """One word: the terms that answer it, added together.

    `prefix`: also every token that starts so, the best of them counting (weights.PREFIX). `typo`: when no term (and no
    prefix) has a posting that the viewer may see, the nearest visible tokens of the lexicon stand in for this one
    (weights.TYPO).
    """

    terms: tuple[Term, ...]
    prefix: str = ""
    typo: str = ""


@dataclass(frozen=True)
class Sequence:
    """A phrase: its tokens, and the offset of each from the first; scored as the sum of its terms."""

    tokens: tuple[str, ...]
    offsets: tuple[int, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Value:
    """A facet value."""

    field: str
    value: str


@dataclass(frozen=True)
class Days:
    """Day numbers from `first` up to, but not with, `end`; `None` leaves that side open."""

    first: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Without:
    node: Node


@dataclass(frozen=True)
class AnyOf:
    nodes: tuple[Node, ...]


Node = Group | Sequence | Value | Days | Without | AnyOf


@dataclass(frozen=True)
class Plan:
    """A document matches when every node that is no Group does, and, where there are Groups, one of them."""

    nodes: tuple[Node, ...] = ()
