"""What was understood of a paste: its parts, and what follows from them. Everything follows from the parts, so that a
part which the reader takes away is gone everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from app.lookup.signature import AROUND, joined, signature
from app.lookup.wording import added_to, in_words

# In order of worth.
KINDS = ("alert", "service", "exception", "error", "status", "summary", "frame", "host", "runbook", "label")
# Of which a question is made, in the order in which its words are taken, and at most so many of each.
ASKED = {"alert": 4, "exception": 2, "error": 4, "status": 6, "summary": 6}
MOST_ASKED = 60


@dataclass(frozen=True)
class Known:
    """The names that the library knows: alerts casefolded -> as written, services and their aliases casefolded ->
    name.
    """

    alerts: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """`kind` is one of KINDS. `value` of a label is `name=value`. `source` says in a few words where it stood."""

    kind: str
    value: str
    source: str


@dataclass(frozen=True)
class Understood:
    """`parts` in order of worth. `alerts` firing before resolved; `services` as written, best first; `labels` are those
    common to all alerts, else the first firing one's; `errors` the most telling first; `question` is what to search
    for with words. `resolved`: nothing of it fires any more.
    """

    form: str
    parts: tuple[Part, ...]
    alerts: tuple[str, ...]
    services: tuple[str, ...]
    labels: Mapping[str, str]
    errors: tuple[str, ...]
    question: str
    resolved: bool


def understood(form: str, parts: Iterable[Part], resolved: bool, unasked: Collection[str] = ()) -> Understood:
    """What follows from the parts. `unasked`: casefolded words that are no part of the question, whoever says them."""
    ordered = tuple(sorted(parts, key=lambda part: KINDS.index(part.kind)))

    def values(*kinds: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.value for part in ordered if part.kind in kinds))

    labels = dict(value.split("=", 1) for value in values("label"))
    alerts = values("alert")
    if alerts:
        labels.setdefault("alertname", alerts[0])
    return Understood(
        form=form,
        parts=ordered,
        alerts=alerts,
        services=values("service"),
        labels=labels,
        errors=values("exception", "error"),
        question=" ".join(word for word in _question(values).split() if word.casefold().strip(AROUND) not in unasked),
        resolved=resolved,
    )


def _question(values: Callable[..., tuple[str, ...]]) -> str:
    """What to search for: names first, errors and states as people say them, then what was said of it all."""
    asked: list[str] = []
    for kind, most in ASKED.items():
        for value in values(kind)[:most]:
            asked.append(signature(in_words(value) if kind == "status" else value))
        if kind == "error":
            asked += added_to(" ".join(values("exception", "error", "status")))
    return joined(asked, MOST_ASKED)


def without(understood_before: Understood, removed: Collection[tuple[str, str]]) -> Understood:
    """The same without the parts (kind, value) that the reader took away. A name that came from a label goes with that
    label, and a label with the name that came from it.
    """
    gone = set(removed)
    for part in understood_before.parts:
        label = part.source.removeprefix("label ") if part.source.startswith("label ") else ""
        if label and (part.kind, part.value) in removed:
            gone.add(("label", f"{label}={part.value}"))
        elif label and ("label", f"{label}={part.value}") in removed:
            gone.add((part.kind, part.value))
    parts = [part for part in understood_before.parts if (part.kind, part.value) not in gone]
    names = {value.casefold() for kind, value in gone if kind in ("alert", "service", "host")}
    return understood(understood_before.form, parts, understood_before.resolved, names)
