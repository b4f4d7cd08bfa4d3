"""A query ready for an engine: words analysed and widened (exact, stem, synonym, prefix, typo), with weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum


class Evidence(IntEnum):
    """What makes a document answer a word, the strongest first. NAME: the question is the name of an alert that the
    document answers.
    """

    NAME = 0
    EXACT = 1
    STEM = 2
    SYNONYM = 3
    PREFIX = 4
    TYPO = 5
    NONE = 6


@dataclass(frozen=True)
class Term:
    """One token of the lexicon; it adds `weight * idf * impact` to what holds it."""

    token: str
    weight: float
    evidence: Evidence = Evidence.EXACT


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
class AtLeast:
    """So many of its nodes match (of 0, any document does: the nodes only score). At the top of a plan a document in
    which fewer than `counted` match is found, but neither in the total nor in the facets.
    """

    nodes: tuple[Node, ...]
    needed: int = 1
    counted: int = 0


Node = Group | Sequence | Value | Days | Without | AtLeast


@dataclass(frozen=True)
class Plan:
    """A document is found when every node matches. `ordered`: the best evidence for it comes before its score."""

    nodes: tuple[Node, ...] = ()
    ordered: bool = False


def as_written(plan: Plan) -> Plan:
    """The same, where no word can be a slip of the fingers."""
    return replace(plan, nodes=tuple(map(_as_written, plan.nodes)))


def _as_written(node: Node) -> Node:
    match node:
        case Group():
            return replace(node, typo="")
        case AtLeast():
            return replace(node, nodes=tuple(map(_as_written, node.nodes)))
        case Without(inner):
            return Without(_as_written(inner))
    return node
