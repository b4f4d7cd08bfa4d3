"""What a word comes to: its terms, longer words that begin with it, and others that it may have been meant for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.search import weights
from app.search.analysis import NAME_MARK, STEM_MARK
from app.search.engines.memory.counted import Held, holding, lexicon
from app.search.plan import Evidence, Group, Sequence


@dataclass(frozen=True)
class Part:
    """What adds `weight * idf * impact`: the idf that of the tokens' union, the impact that of the best of them."""

    weight: float
    tokens: frozenset[str]
    evidence: Evidence


class Lookup:
    """For one question; among all documents that are `held`, those that the viewer sees, and the reference."""

    def __init__(self, held: Mapping[str, Held], visible: Mapping[str, Held], reference: Mapping[str, Held]) -> None:
        self.held, self.visible, self.reference = held, visible, reference
        self.found = lexicon(visible)
        self.known: dict[Group | Sequence, tuple[Part, ...]] = {}

    def idf(self, tokens: frozenset[str]) -> float:
        return weights.idf(len(self.reference), holding(tokens, self.reference))

    def parts(self, node: Group | Sequence) -> tuple[Part, ...]:
        if node not in self.known:
            parts = [Part(term.weight, frozenset({term.token}), term.evidence) for term in node.terms]
            if isinstance(node, Group):
                parts.append(Part(weights.completion(node.prefix), self._completions(node.prefix), Evidence.PREFIX))
                parts += [Part(weights.TYPO, frozenset({token}), Evidence.TYPO) for token in self.stand_ins(node)]
            self.known[node] = tuple(parts)
        return self.known[node]

    def _completions(self, prefix: str) -> frozenset[str]:
        if not prefix:
            return frozenset()
        if len(prefix) > 2:
            return _plain(lexicon(self.held), prefix)
        plain = _plain(self.found, prefix)
        commonest = sorted(plain, key=lambda token: (-holding({token}, self.reference), token))
        return frozenset(commonest[: weights.SHORT_PREFIX_TOKENS])

    def stand_ins(self, group: Group) -> tuple[str, ...]:
        """The tokens that a mistyped word may have been meant for."""
        looked_up = {term.token for term in group.terms} | self._completions(group.prefix)
        most = weights.typo_distance(group.typo)
        if not most or looked_up & self.found:
            return ()
        distances = {token: OSA.distance(group.typo, token, score_cutoff=most) for token in _plain(self.found)}
        least = min(distances.values(), default=most + 1)
        nearest = [token for token, distance in distances.items() if distance == least <= most]
        nearest.sort(key=lambda token: (-holding({token}, self.visible), token))
        return tuple(nearest[: weights.TYPO_TOKENS])


def _plain(tokens: Iterable[str], prefix: str = "") -> frozenset[str]:
    marked = prefix.startswith(NAME_MARK)
    return frozenset(
        token
        for token in tokens
        if token.startswith(prefix) and token != prefix and (marked or not token.startswith(STEM_MARK))
    )
