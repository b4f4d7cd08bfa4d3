"""An incident's course as a thin picture: started, detected, mitigated, resolved, and the time between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.library.incidents import Incident

NAMES = ("started", "detected", "mitigated", "resolved")
# The picture is this wide in its own units; no part of it is drawn narrower than LEAST.
WIDTH, LEAST = 1000, 12


@dataclass(frozen=True)
class Moment:
    """`since` is the seconds from the stated moment before; None for the first, or where an hour is not known."""

    name: str
    at: datetime | None
    precision: str | None
    since: float | None
    backwards: bool = False


@dataclass(frozen=True)
class Stretch:
    """A part of the picture: the time that led to the moment `name`."""

    name: str
    x: float
    width: float


@dataclass(frozen=True)
class Course:
    moments: tuple[Moment, ...]
    stretches: tuple[Stretch, ...]


def course(incident: Incident) -> Course | None:
    """None where the text states no moment at all."""
    found: list[Moment] = []
    before: datetime | None = None
    for name in NAMES:
        at: datetime | None = getattr(incident, name)
        precision: str | None = getattr(incident, f"{name}_precision")
        exact = at if precision != "day" else None
        seconds = (exact - before).total_seconds() if exact and before else None
        backwards = seconds is not None and seconds < 0
        found.append(Moment(name, at, precision, None if backwards else seconds, backwards))
        before = exact or before
    if not any(moment.at for moment in found):
        return None
    return Course(tuple(found), _stretches(found))


def _stretches(found: list[Moment]) -> tuple[Stretch, ...]:
    spans = [(moment.name, moment.since) for moment in found if moment.since is not None]
    whole = sum(seconds for _, seconds in spans)
    if not whole or any(moment.backwards for moment in found):
        return ()
    widths = [max(LEAST, seconds / whole * WIDTH) for _, seconds in spans]
    scale, x = WIDTH / sum(widths), 0.0
    stretches = []
    for (name, _), width in zip(spans, widths, strict=True):
        stretches.append(Stretch(name, round(x, 1), round(width * scale, 1)))
        x += width * scale
    return tuple(stretches)
