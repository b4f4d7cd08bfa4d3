"""The words that people use for what we have one name for."""

from __future__ import annotations

import re

_KINDS = {
    "postmortem": "postmortem postmortems",
    "runbook": "runbook runbooks playbook playbooks",
    "guide": "guide guides",
    "reading-list": "readinglist readinglists",
}
_STATUSES = {
    "open": "open todo new notstarted outstanding backlog planned pending proposed tbd no false",
    "in-progress": "inprogress started ongoing wip doing underway inreview partlydone partial",
    "done": "done complete completed closed resolved fixed finished shipped merged implemented yes true x ✅ ✔ ✓ ☑",
    "wont-do": "wontdo wontfix notdoing cancelled canceled rejected dropped declined obsolete abandoned",
}
_ACTION_KINDS = {
    "prevent": "prevent prevention preventive preventative",
    "detect": "detect detection detective monitoring alerting observability",
    "mitigate": "mitigate mitigation mitigative repair recover recovery",
    "process": "process processes documentation training",
}
STATUS_HELP = "Use `open`, `in-progress`, `done` or `wont-do`."
ACTION_KIND_HELP = "Use `prevent`, `detect`, `mitigate` or `process`."

_NOISE = re.compile(r"[\s_'’*().\[\]-]+")


def _index(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


_KIND_OF, _STATUS_OF, _ACTION_KIND_OF = _index(_KINDS), _index(_STATUSES), _index(_ACTION_KINDS)


def kind(text: str) -> str | None:
    """The kind of document that a word or a folder's name stands for."""
    return _KIND_OF.get(_NOISE.sub("", text.casefold()))


def status(text: str) -> str | None:
    return _STATUS_OF.get(_NOISE.sub("", text.casefold()))


def action_kind(text: str) -> str | None:
    return _ACTION_KIND_OF.get(_NOISE.sub("", text.casefold()))
