"""What the pages of a lookup show of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import url_for

if TYPE_CHECKING:
    from app.lookup.answer import Answer
    from app.lookup.understood import Part

# What is understood is one line on a phone; the rest is folded.
CHIPS = 5
# Labels that tell more of a place than others do.
TELLING = ("namespace", "pod", "cluster", "instance", "node", "persistentvolumeclaim", "container", "deployment")


def shown(answer: Answer) -> dict[str, Any]:
    """The answer with what a template should not have to work out."""
    chips = sorted(answer.understood.parts, key=_worth)
    return {
        "answer": answer,
        "chips_shown": chips[:CHIPS],
        "more_chips": chips[CHIPS:],
        "labels": [part for part in chips if part.kind == "label" and not part.value.startswith("alertname=")],
        "lines": len(answer.text.splitlines()),
        "stub": stub_url(answer),
        "today": datetime.now(UTC).date(),
    }


def _worth(part: Part) -> int:
    if part.kind in ("alert", "service"):
        return 0 if part.kind == "alert" else 1
    if part.kind == "label":
        return 3 if part.value.partition("=")[0] in TELLING else 9
    return 2 if part.kind in ("error", "exception") else 5


def stub_url(answer: Answer) -> str:
    """Where to begin the runbook that is missing. Only names go into the address, nothing else of what was pasted."""
    alert = answer.understood.alerts[0] if answer.understood.alerts else None
    return url_for("stubs.show", alert=alert, service=answer.owner.service if answer.owner else None)
