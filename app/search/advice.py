"""What a reader is told about a part of a question that could not be used as it was written: what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from app.search.query import FILTER_FIELDS, VALUES

DATES = ("after", "before")
ALIASES = {"sev": "severity"}
FIELDS = (*FILTER_FIELDS, *ALIASES, *DATES)
EXAMPLES = {
    "service": "checkout",
    "cause": "capacity",
    "severity": "sev1",
    "kind": "runbook",
    "owner": "platform",
    "alert": "KubePodCrashLooping",
    "tag": "kafka",
    "has": "actions",
    "after": "90d",
    "before": "2026-08-03",
}
# What other tools call a field that is here too.
ELSEWHERE = {
    "type": "kind",
    "doctype": "kind",
    "team": "owner",
    "author": "owner",
    "app": "service",
    "component": "service",
    "svc": "service",
    "category": "cause",
    "label": "tag",
    "level": "severity",
    "priority": "severity",
    "alertname": "alert",
    "since": "after",
    "from": "after",
    "until": "before",
}


# A severity may be anything that a post-mortem states, but a number is one of these.
LEVELS = ("sev1", "sev2", "sev3", "sev4")


def meant_field(name: str) -> str:
    """The field that a name was probably meant for, or nothing."""
    near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.75)
    return ELSEWHERE.get(name) or (near[0] if near else "")


def unknown_field(name: str, value: str) -> str:
    if meant := meant_field(name):
        return f"There is no field “{name}”; “{meant}:{value}” was perhaps meant. It was searched as a word."
    fields = _listed([f"{field}:" for field in (*FILTER_FIELDS, *DATES)], "and")
    return f"There is no field “{name}”, so “{name}:{value}” was searched as a word. The fields are {fields}."


def no_value(name: str) -> str:
    return f"{name}: has no value; write {name}:{EXAMPLES[ALIASES.get(name, name)]}, with no space behind the colon."


def no_date(name: str, value: str) -> str:
    forms = _listed([f"{name}:{form}" for form in ("2026-08-03", "2026-08", "2026", "90d", "6m")], "or")
    return f"“{value}” is no date, so {name}: was left out; write {forms}."


def unknown_value(name: str, value: str) -> str:
    forms = _listed([f"{name}:{each}" for each in VALUES.get(name, LEVELS)], "or")
    return f"There is no {name}:{value}; write {forms}."


def unknown_name(field: str, value: str, near: Sequence[str]) -> str:
    """For a service or a cause."""
    forms = f", or write {_listed([f'{field}:{each}' for each in near], 'or')}" if near else ""
    return f"There is no {field} “{value}”; leave it out{forms}."


def left_out(word: str) -> str:
    """A flag of a command looks like a word that is to be left out."""
    return f'Documents with “{word}” were left out; to search for the flag, write "-{word}" in quotation marks.'


def _listed(parts: Sequence[str], last: str) -> str:
    return " ".join((", ".join(parts[:-1]), last, parts[-1])) if len(parts) > 1 else parts[0]
