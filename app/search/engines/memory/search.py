"""One question at one commit: which documents match, what they score, in which order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.search import weights
from app.search.document import NO_DAY, IndexDocument, Tokens
from app.search.engine import Request
from app.search.engines.memory.counted import DOCUMENT_WEIGHTS, SECTION_WEIGHTS, Commit, Held, best_impact
from app.search.engines.memory.lookup import Lookup, Part
from app.search.likeness import Vector, likeness
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Sequence, Value, Without
from app.search.results import Hit, Results, Share


class Search:
    """One question at one commit."""

    def __init__(self, commit: Commit, request: Request) -> None:
        self.request, self.averages = request, commit.averages
        self.visible = commit.through(request.visible)
        self.lookup = Lookup(commit.held, self.visible, commit.through(request.reference))
        self.scored = list(dict.fromkeys(_scored(request.plan.nodes)))

    def results(self) -> Results:
        request, nodes = self.request, self.request.plan.nodes
        found = [held for held in self.visible.values() if self._answers(nodes, held)]
        hits = sorted(map(self._hit, found), key=self._key)
        best = max((hit.score for hit in hits), default=0.0)
        if request.meaning is not None and best:
            hits = self._meant(hits, best, request.meaning)
        groups = [node for node in self.scored if isinstance(node, Group)]
        return Results(
            total=sum(self._counted(nodes, held) for held in found),
            hits=tuple(hits[request.offset : request.offset + request.limit]),
            best=best,
            facets={name: self._facet(name, nodes) for name in request.facets},
            corrections={group.typo: others for group in groups if (others := self.lookup.stand_ins(group))},
            tokens=self.lookup.found.intersection(
                token for node in self.scored for part in self.lookup.parts(node) for token in part.tokens
            ),
        )

    def _meant(self, hits: list[Hit], best: float, meaning: Vector) -> list[Hit]:
        hits = [replace(hit, score=hit.score / best) for hit in hits]
        first, others = hits[: weights.MEANT], hits[weights.MEANT :]
        alike = [likeness(meaning, self.visible[hit.id].document.meaning) for hit in first]
        meant = [
            replace(hit, score=hit.score + share) for hit, share in zip(first, weights.meanings(alike), strict=True)
        ]
        return [*sorted(meant, key=self._key), *others]

    def _key(self, hit: Hit) -> tuple[int, float, int, str]:
        return hit.evidence, -hit.score, -self.visible[hit.id].document.day, hit.id

    def _evidence(self, held: Held) -> Evidence:
        """The best there is, where that comes before the score."""
        groups = [node for node in self.scored if isinstance(node, Group)]
        parts = [part for group in groups for part in self.lookup.parts(group) if part.tokens & held.tokens]
        best = min((part.evidence for part in parts), default=Evidence.NONE)
        return best if self.request.plan.ordered or best == Evidence.NAME else Evidence.NONE

    def _answers(self, nodes: Iterable[Node], held: Held) -> bool:
        return all(self._matches(node, held) for node in nodes)

    def _counted(self, nodes: Iterable[Node], held: Held) -> bool:
        tops = [node for node in nodes if isinstance(node, AtLeast)]
        return self._answers(nodes, held) and all(self._matching(top, held) >= top.counted for top in tops)

    def _matching(self, node: AtLeast, held: Held) -> int:
        return sum(self._matches(each, held) for each in node.nodes)

    def _matches(self, node: Node, held: Held) -> bool:
        match node:
            case Group():
                return any(part.tokens & held.tokens for part in self.lookup.parts(node))
            case Sequence():
                return any(_stands(node, tokens) for tokens in _fields(held.document))
            case Value(name, value):
                return value in held.document.facets.get(name, ())
            case Days(first, end):
                day = held.document.day
                return day != NO_DAY and (first is None or day >= first) and (end is None or day < end)
            case Without(inner):
                return not self._matches(inner, held)
            case AtLeast(_, needed):
                return self._matching(node, held) >= needed

    def scores(self, held: Held) -> tuple[list[float], float]:
        """Of each section, and of the document as a whole."""
        sections, whole = [0.0] * len(held.sections), 0.0
        for node in self.scored:
            for part in self.lookup.parts(node):
                added, more = self._added(node, part, held)
                sections = [before + each for before, each in zip(sections, added, strict=True)]
                whole += more
        return sections, whole

    def _added(self, node: Group | Sequence, part: Part, held: Held) -> tuple[list[float], float]:
        """What a part of a node adds to each section, and to the document as a whole."""
        sections = [0.0] * len(held.sections)
        if not self._matches(node, held):
            return sections, 0.0
        factor = part.weight * self.lookup.idf(part.tokens)
        for number, (section, unit) in enumerate(zip(held.document.sections, held.sections, strict=True)):
            if isinstance(node, Group) or _stands(node, section.heading) or _stands(node, section.body):
                sections[number] = factor * best_impact(part.tokens, unit, SECTION_WEIGHTS, self.averages.section)
        whole = best_impact(part.tokens, held.whole, DOCUMENT_WEIGHTS, self.averages.document)
        return sections, factor * whole

    def shares(self, hit: Hit) -> Iterator[Share]:
        held = self.visible[hit.id]
        anchors = [section.anchor for section in held.document.sections]
        best = anchors.index(hit.anchor) if hit.anchor else None
        for node in self.scored:
            for part in self.lookup.parts(node):
                sections, whole = self._added(node, part, held)
                if sum(sections) or whole:
                    told = min(part.tokens & held.tokens, default="")
                    inside = sections[best] if best is not None else 0.0
                    yield Share(part.evidence, told, inside, weights.WHOLE * whole)

    def _hit(self, held: Held) -> Hit:
        sections, whole = self.scores(held)
        most = max(sections, default=0.0)
        anchor = held.document.sections[sections.index(most)].anchor if most else ""
        return Hit(held.document.id, most + weights.WHOLE * whole, anchor, self._evidence(held))

    def _facet(self, name: str, nodes: Iterable[Node]) -> list[tuple[str, int]]:
        others = [node for node in nodes if not (isinstance(node, Value) and node.field == name)]
        matching = [held for held in self.visible.values() if self._counted(others, held)]
        counts = Counter(value for held in matching for value in set(held.document.facets.get(name, ())))
        return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _scored(nodes: Iterable[Node]) -> Iterator[Group | Sequence]:
    for node in nodes:
        if isinstance(node, (Group, Sequence)):
            yield node
        elif isinstance(node, AtLeast):
            yield from _scored(node.nodes)


def _fields(document: IndexDocument) -> Iterator[Tokens]:
    yield from (document.title, document.alerts)
    for section in document.sections:
        yield from (section.heading, section.body)


def _stands(sequence: Sequence, tokens: Tokens) -> bool:
    places = set(zip(tokens.texts, tokens.positions, strict=True))
    wanted = list(zip(sequence.tokens, sequence.offsets, strict=True))
    starts = {at - wanted[0][1] for text, at in places if text == wanted[0][0]} if wanted else set()
    return any(all((token, start + offset) in places for token, offset in wanted) for start in starts)
