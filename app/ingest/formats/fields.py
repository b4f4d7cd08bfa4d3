"""The one table of front matter: every key, its type, the kinds it belongs to, and what it says.

The reader, the warnings about unknown keys and `docs/document.schema.json` all come from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

KINDS = ("postmortem", "runbook", "guide", "reading-list")
STATUSES = ("open", "in-progress", "done", "wont-do")
ACTION_KINDS = ("prevent", "detect", "mitigate", "process")

Type = Literal[
    "id", "kind", "audience", "text", "severity", "moment", "day", "address", "texts", "names", "causes", "actions"
]


@dataclass(frozen=True)
class Field:
    """`attribute` is its name in a Draft. Without `kinds` it belongs to documents of every kind."""

    name: str
    type: Type
    help: str
    kinds: tuple[str, ...] = ()
    draft: str = ""

    @property
    def attribute(self) -> str:
        return self.draft or self.name


_INCIDENT = ("postmortem",)
_RUNBOOK = ("runbook",)

TABLE = (
    Field("id", "id", "Identity for ever: it stays when the file is moved or renamed. Letters, digits, `-`, `_`, `.`."),
    Field("kind", "kind", "`postmortem`, `runbook`, `guide` or `reading-list`; unset: the folder says it."),
    Field("title", "text", "Title; unset: the first heading of level 1."),
    Field("audience", "audience", "Who may read it: `public`, `organisation` or `team:<name>`."),
    Field("summary", "text", "One or two sentences; unset: the beginning of the summary."),
    Field("severity", "severity", "Level as in severities.yml, or `{level: SEV2, origin: derived}`.", _INCIDENT),
    Field("started", "moment", "When it began: a time with its zone, or a day.", _INCIDENT),
    Field("detected", "moment", "When someone or something noticed it.", _INCIDENT),
    Field("mitigated", "moment", "When its effect ended.", _INCIDENT),
    Field("resolved", "moment", "When all was as before.", _INCIDENT),
    Field("services", "names", "Services as named in services.yml."),
    Field(
        "causes", "causes", "Causes as named in taxonomy.yml, each with the sentence that is its evidence.", _INCIDENT
    ),
    Field("trigger", "text", "What set it off.", _INCIDENT),
    Field("detection", "text", "How it was noticed: monitoring, a customer, a person…", _INCIDENT),
    Field("impact", "text", "What it meant for those affected.", _INCIDENT),
    Field("fixed_by", "text", "What ended it.", _INCIDENT),
    Field("actions", "actions", "What was promised; or as a list or table under `Action items`.", _INCIDENT),
    Field(
        "alerts", "names", "Alerts that this runbook answers, or that the incident raised.", ("runbook", "postmortem")
    ),
    Field("owner", "text", "The team that answers for the document."),
    Field("source", "address", "Where it was published.", (), "source_url"),
    Field("archive", "address", "A copy of the source in an archive.", (), "archive_url"),
    Field("checked_against", "texts", "What its statements were checked against."),
    Field("tested_with", "text", "With what versions its commands were tried.", _RUNBOOK),
    Field("reviewed", "day", "The day of the last review."),
    Field("tags", "texts", "Words that it should be found by."),
    Field(
        "renders", "text", "What of severities.yml its page shows: `severities` (the levels) or `roles`.", ("guide",)
    ),
    Field(
        "template", "text", "File name under which its first code block can be downloaded: `postmortem.md`.", ("guide",)
    ),
    Field("old_paths", "texts", "Addresses that it had elsewhere."),
)

BY_NAME = {field.name: field for field in TABLE}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a given one, or None where none is."""
    folded = {each.casefold().replace("-", "_"): each for each in known}
    found = difflib.get_close_matches(name.casefold().replace("-", "_"), folded, 1, 0.6)
    return folded[found[0]] if found else None
