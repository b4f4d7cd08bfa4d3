"""Why a hit stands where it stands, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.retrieval.ask import Answered
from app.search.analysis import NAME_MARK, STEM_MARK
from app.search.plan import Evidence
from app.search.results import Hit, Share

WORDS = {
    Evidence.NAME: "alert name",
    Evidence.EXACT: "word",
    Evidence.STEM: "other form of the word",
    Evidence.SYNONYM: "says the same",
    Evidence.PREFIX: "begins so",
    Evidence.TYPO: "perhaps mistyped",
}


@dataclass(frozen=True)
class Reason:
    """A part of a hit's score: what it is (`name`), what of the question earned it (`detail`), and how much."""

    name: str
    detail: str
    points: float


def reasons(hit: Hit, shares: Sequence[Share], answered: Answered) -> tuple[Reason, ...]:
    """The largest first; they add up to the hit's score."""
    meant = answered.request.meaning is not None and answered.results.best > 0
    scale = 1 / answered.results.best if meant else 1.0
    found = [_reason(share, scale) for share in shares]
    if meant:
        letters = sum(reason.points for reason in found)
        found.append(Reason("meaning", "the question as a whole", hit.score - letters))
    return tuple(sorted(found, key=lambda reason: -reason.points))


def _reason(share: Share, scale: float) -> Reason:
    name = "alert name" if share.token.startswith(NAME_MARK) else WORDS[share.evidence]
    where = [word for word, points in (("the section", share.section), ("the whole document", share.whole)) if points]
    told = share.token.removeprefix(NAME_MARK).removeprefix(STEM_MARK)
    return Reason(name, f"“{told}” in {' and '.join(where)}", share.points * scale)
