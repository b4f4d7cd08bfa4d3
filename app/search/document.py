"""What an engine stores of a document: tokens, never text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

NO_DAY = -1
_EPOCH = date(1970, 1, 1)


def day_number(day: date | None) -> int:
    """Days since 1970-01-01, or NO_DAY where there is none (no `after:` or `before:` finds those)."""
    return NO_DAY if day is None else (day - _EPOCH).days


@dataclass(frozen=True)
class Tokens:
    """One analysed text: `texts[i]` stands at `positions[i]`. Positions never fall; several tokens may share one."""

    texts: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()


@dataclass(frozen=True)
class IndexSection:
    anchor: str
    heading: Tokens
    body: Tokens


@dataclass(frozen=True)
class IndexDocument:
    """One document as an engine stores it. `facets` holds casefolded values by the names in `query.FILTER_FIELDS`;
    `meaning` a row for the title and one for each piece of the text, as `likeness.packed` makes them; or none.
    """

    id: str
    revision: int
    title: Tokens
    alerts: Tokens
    sections: tuple[IndexSection, ...]
    day: int = NO_DAY
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meaning: tuple[bytes, ...] = ()
