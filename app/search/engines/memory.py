"""The index in plain Python, brute force: what `app.search.engine` says, to the letter. The oracle of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from statistics import fmean

from rapidfuzz.distance import OSA

from app.errors import Conflict
from app.search import weights
from app.search.analysis import NAME_MARK, STEM_MARK
from app.search.document import NO_DAY, IndexDocument, Tokens
from app.search.engine import Changes, IndexWriter, Request, State, Visibility
from app.search.likeness import Vector, likeness
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Sequence, Value, Without
from app.search.results import Hit, Results, Share

SECTION_WEIGHTS = (weights.HEADING, weights.BODY)
DOCUMENT_WEIGHTS = (weights.TITLE, weights.ALERT, weights.HEADING, weights.BODY)

# The fields of a unit (a section, a document): how often each token stands there.
Unit = tuple[Counter[str], ...]


@dataclass(frozen=True)
class Held:
    """A document, counted: its sections by heading and body, the whole by title, alerts, headings and bodies."""

    document: IndexDocument
    sections: tuple[Unit, ...]
    whole: Unit
    tokens: frozenset[str]

    @classmethod
    def of(cls, document: IndexDocument) -> Held:
        sections = tuple((Counter(each.heading.texts), Counter(each.body.texts)) for each in document.sections)
        headings: Counter[str] = sum((heading for heading, _ in sections), Counter())
        bodies: Counter[str] = sum((body for _, body in sections), Counter())
        whole = (Counter(document.title.texts), Counter(document.alerts.texts), headings, bodies)
        return cls(document, sections, whole, frozenset().union(*whole))


@dataclass(frozen=True)
class Averages:
    section: tuple[float, ...] = ()
    document: tuple[float, ...] = ()

    @classmethod
    def over(cls, held: Mapping[str, Held], reference: frozenset[str]) -> Averages:
        counted = [each for id, each in held.items() if id in reference] or list(held.values())
        sections = [section for each in counted for section in each.sections]
        return cls(
            _means(sections, len(SECTION_WEIGHTS)), _means([each.whole for each in counted], len(DOCUMENT_WEIGHTS))
        )

    def drifted(self, now: Averages) -> bool:
        pairs = zip((*self.section, *self.document), (*now.section, *now.document), strict=True)
        return any(abs(fresh - pinned) > weights.DRIFT * pinned for pinned, fresh in pairs)


def _means(units: list[Unit], fields: int) -> tuple[float, ...]:
    return tuple(fmean(unit[number].total() for unit in units) if units else 0.0 for number in range(fields))


def _impact(token: str, unit: Unit, field_weights: tuple[float, ...], averages: tuple[float, ...]) -> float:
    frequency = 0.0
    for counts, weight, average in zip(unit, field_weights, averages, strict=True):
        norm = 1 - weights.B + weights.B * counts.total() / (average or 1.0)
        frequency += weight * counts[token] / norm if counts[token] else 0.0
    return frequency * (weights.K1 + 1) / (frequency + weights.K1)


def _best(tokens: frozenset[str], unit: Unit, field_weights: tuple[float, ...], averages: tuple[float, ...]) -> float:
    return max((_impact(token, unit, field_weights, averages) for token in tokens), default=0.0)


@dataclass(frozen=True)
class Part:
    """What adds `weight * idf * impact`: the idf that of the tokens' union, the impact that of the best of them."""

    weight: float
    tokens: frozenset[str]
    evidence: Evidence


@dataclass(frozen=True)
class Commit:
    """The index as one commit left it; a search holds on to the one it began with. `seen`: what masks let through."""

    number: int = 0
    revision: int = 0
    held: Mapping[str, Held] = field(default_factory=dict)
    averages: Averages = field(default_factory=Averages)
    seen: dict[Hashable, Mapping[str, Held]] = field(default_factory=dict)

    def through(self, mask: Visibility) -> Mapping[str, Held]:
        if mask.key not in self.seen:
            ids = mask.load()
            self.seen[mask.key] = {id: each for id, each in self.held.items() if id in ids}
        return self.seen[mask.key]


class MemoryIndex:
    """Documents in one process; `writer` and `reader` look at the same ones."""

    def __init__(self) -> None:
        self.commit = Commit()
        self.writing = False

    def writer(self) -> IndexWriter:
        if self.writing:
            raise Conflict("Another writer holds this index; close it first.")
        return MemoryWriter(self)

    def reader(self) -> MemoryEngine:
        return MemoryEngine(self)


class MemoryWriter:
    meaning = None

    def __init__(self, index: MemoryIndex) -> None:
        self.index = index
        index.writing = True

    def revisions(self) -> dict[str, int]:
        return {id: each.document.revision for id, each in self.index.commit.held.items()}

    def lacking(self) -> list[str]:
        return sorted(id for id, each in self.index.commit.held.items() if not each.document.meaning)

    def vectors(self, id: str, revision: int) -> tuple[bytes, ...]:
        held = self.index.commit.held.get(id)
        return held.document.meaning if held and held.document.revision == revision else ()

    def sound(self) -> bool:
        return True

    def commit(self, changes: Changes, reference: frozenset[str]) -> None:
        last = self.index.commit
        held = _applied(last.held, changes)
        averages = Averages.over(held, reference)
        stay = last.held.keys() - set(changes.removed) - {document.id for document in changes.documents}
        first_seen = stay.isdisjoint(reference) and not reference.isdisjoint(held)
        if stay and not first_seen and not last.averages.drifted(averages):
            averages = last.averages
        self.index.commit = Commit(last.number + 1, changes.revision, held, averages)

    def rebuild(self, batches: Iterable[Changes], reference: frozenset[str]) -> None:
        held: Mapping[str, Held] = {}
        revision = 0
        for changes in batches:
            held, revision = _applied(held, changes), changes.revision
        self.index.commit = Commit(self.index.commit.number + 1, revision, held, Averages.over(held, reference))

    def close(self) -> None:
        self.index.writing = False


def _applied(held: Mapping[str, Held], changes: Changes) -> Mapping[str, Held]:
    kept = {id: each for id, each in held.items() if id not in changes.removed}
    return kept | {document.id: Held.of(document) for document in changes.documents}


class MemoryEngine:
    name = "memory"
    meaning = None

    def __init__(self, index: MemoryIndex) -> None:
        self.index = index

    def search(self, request: Request) -> Results:
        return _Search(self.index.commit, request).results()

    def explain(self, request: Request, hits: Iterable[Hit]) -> dict[str, tuple[Share, ...]]:
        search = _Search(self.index.commit, request)
        return {hit.id: tuple(search.shares(hit)) for hit in hits if hit.id in search.visible}

    def holding(self, visible: Visibility, words: Iterable[Collection[str]]) -> list[int]:
        seen = self.index.commit.through(visible)
        return [_holding(frozenset(tokens), seen) for tokens in words]

    def section_scores(self, request: Request, id: str) -> dict[str, float]:
        """By anchor: what a comparison needs to tell a wrong anchor from one of two that are as good."""
        search = _Search(self.index.commit, request)
        held = search.visible[id]
        scores, _ = search.scores(held)
        return dict(zip((section.anchor for section in held.document.sections), scores, strict=True))

    def state(self) -> State:
        commit = self.index.commit
        return State(str(commit.number), commit.revision, len(commit.held))

    def close(self) -> None:
        pass


class _Search:
    """One question at one commit."""

    def __init__(self, commit: Commit, request: Request) -> None:
        self.commit, self.request = commit, request
        self.visible, self.reference = commit.through(request.visible), commit.through(request.reference)
        self.found = _lexicon(self.visible)
        self.scored = list(dict.fromkeys(_scored(request.plan.nodes)))
        self.known: dict[Group | Sequence, tuple[Part, ...]] = {}

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
            corrections={group.typo: others for group in groups if (others := self._stand_ins(group))},
            tokens=self.found.intersection(
                token for node in self.scored for part in self._parts(node) for token in part.tokens
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
        parts = [part for group in groups for part in self._parts(group) if part.tokens & held.tokens]
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
                return any(part.tokens & held.tokens for part in self._parts(node))
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
            for part in self._parts(node):
                added, more = self._added(node, part, held)
                sections = [before + each for before, each in zip(sections, added, strict=True)]
                whole += more
        return sections, whole

    def _added(self, node: Group | Sequence, part: Part, held: Held) -> tuple[list[float], float]:
        """What a part of a node adds to each section, and to the document as a whole."""
        sections = [0.0] * len(held.sections)
        if not self._matches(node, held):
            return sections, 0.0
        factor = part.weight * self._idf(part.tokens)
        for number, (section, unit) in enumerate(zip(held.document.sections, held.sections, strict=True)):
            if isinstance(node, Group) or _stands(node, section.heading) or _stands(node, section.body):
                sections[number] = factor * _best(part.tokens, unit, SECTION_WEIGHTS, self.commit.averages.section)
        whole = _best(part.tokens, held.whole, DOCUMENT_WEIGHTS, self.commit.averages.document)
        return sections, factor * whole

    def shares(self, hit: Hit) -> Iterator[Share]:
        held = self.visible[hit.id]
        anchors = [section.anchor for section in held.document.sections]
        best = anchors.index(hit.anchor) if hit.anchor else None
        for node in self.scored:
            for part in self._parts(node):
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

    def _idf(self, tokens: frozenset[str]) -> float:
        return weights.idf(len(self.reference), _holding(tokens, self.reference))

    def _parts(self, node: Group | Sequence) -> tuple[Part, ...]:
        if node not in self.known:
            parts = [Part(term.weight, frozenset({term.token}), term.evidence) for term in node.terms]
            if isinstance(node, Group):
                parts.append(Part(weights.completion(node.prefix), self._completions(node.prefix), Evidence.PREFIX))
                parts += [Part(weights.TYPO, frozenset({token}), Evidence.TYPO) for token in self._stand_ins(node)]
            self.known[node] = tuple(parts)
        return self.known[node]

    def _completions(self, prefix: str) -> frozenset[str]:
        if not prefix:
            return frozenset()
        if len(prefix) > 2:
            return _plain(_lexicon(self.commit.held), prefix)
        plain = _plain(self.found, prefix)
        commonest = sorted(plain, key=lambda token: (-_holding({token}, self.reference), token))
        return frozenset(commonest[: weights.SHORT_PREFIX_TOKENS])

    def _stand_ins(self, group: Group) -> tuple[str, ...]:
        looked_up = {term.token for term in group.terms} | self._completions(group.prefix)
        most = weights.typo_distance(group.typo)
        if not most or looked_up & self.found:
            return ()
        distances = {token: OSA.distance(group.typo, token, score_cutoff=most) for token in _plain(self.found)}
        least = min(distances.values(), default=most + 1)
        nearest = [token for token, distance in distances.items() if distance == least <= most]
        nearest.sort(key=lambda token: (-_holding({token}, self.visible), token))
        return tuple(nearest[: weights.TYPO_TOKENS])

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


def _lexicon(held: Mapping[str, Held]) -> frozenset[str]:
    return frozenset().union(*(each.tokens for each in held.values()))


def _plain(tokens: Iterable[str], prefix: str = "") -> frozenset[str]:
    marked = prefix.startswith(NAME_MARK)
    return frozenset(
        token
        for token in tokens
        if token.startswith(prefix) and token != prefix and (marked or not token.startswith(STEM_MARK))
    )


def _holding(tokens: Set[str], held: Mapping[str, Held]) -> int:
    return sum(not tokens.isdisjoint(each.tokens) for each in held.values())


def _fields(document: IndexDocument) -> Iterator[Tokens]:
    yield from (document.title, document.alerts)
    for section in document.sections:
        yield from (section.heading, section.body)


def _stands(sequence: Sequence, tokens: Tokens) -> bool:
    places = set(zip(tokens.texts, tokens.positions, strict=True))
    wanted = list(zip(sequence.tokens, sequence.offsets, strict=True))
    starts = {at - wanted[0][1] for text, at in places if text == wanted[0][0]} if wanted else set()
    return any(all((token, start + offset) in places for token, offset in wanted) for start in starts)
