"""From what a key holds to a value of its type. What cannot be read is missing, and a problem says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from app.ingest.formats import words
from app.ingest.formats.draft import ActionDraft, CauseDraft, Moment, Name, Origin, Problem, Value
from app.ingest.formats.fields import KINDS, Field, nearest
from app.settings import AUDIENCE
from app.text import addresses, dates

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LEVEL = re.compile(r"sev(?:erity)?[\s_-]*(\d)", re.I)
_ACTION_KEYS = ("id", "title", "kind", "owner", "due", "status", "reason", "tracker")


@dataclass(frozen=True)
class Entry:
    """What a file says under a key (which may be another tool's), and how to find the lines of its parts."""

    key: str
    value: Any
    line: Callable[..., int]
    origin: Origin = "stated"

    def at(self, *path: str | int) -> int:
        return self.line(self.key, *path)


@dataclass
class Converter:
    """Reads entries; `problems` grows with what it could not read."""

    problems: list[Problem] = field(default_factory=list)

    def read(self, wanted: Field, entry: Entry) -> Any:
        """The value for the draft's attribute; None where there is nothing to use."""
        if entry.value is None or entry.value in ("", [], {}):
            return None
        return getattr(self, f"_{wanted.type.replace('-', '_')}")(wanted, entry)

    def warn(self, entry: Entry, problem: str, mend: str, *path: str | int) -> None:
        self.problems.append(Problem(problem, mend, entry.at(*path), entry.key))

    def _scalar(self, entry: Entry) -> str | None:
        if isinstance(entry.value, str):
            return " ".join(entry.value.split())
        self.warn(entry, f"`{entry.key}` holds a list or mapping.", "Write one text.")
        return None

    def _text(self, wanted: Field, entry: Entry) -> Value[str] | None:
        text = self._scalar(entry)
        return Value(text, entry.origin, entry.at()) if text else None

    def _id(self, wanted: Field, entry: Entry) -> str | None:
        text = self._scalar(entry)
        if text is None or ID.fullmatch(text):
            return text
        self.warn(entry, f"`{text[:100]}` is no id.", "Use letters, digits, `-`, `_` and `.`, at most 100 of them.")
        return None

    def _kind(self, wanted: Field, entry: Entry) -> Value[str] | None:
        text = self._scalar(entry)
        kind = words.kind(text or "")
        if text and kind is None:
            near = nearest(text, KINDS)
            self.warn(
                entry, f"`{text[:100]}` is no kind.", f"Did you mean `{near}`?" if near else f"Use {', '.join(KINDS)}."
            )
        return Value(kind, entry.origin, entry.at()) if kind else None

    def _audience(self, wanted: Field, entry: Entry) -> Value[str] | None:
        text = self._scalar(entry)
        if text and AUDIENCE.fullmatch(text):
            return Value(text, entry.origin, entry.at())
        # A misspelt audience must not open a document: it is kept out until it is mended.
        mend = "Use `public`, `organisation` or `team:<name>`."
        self.problems.append(Problem(f"`{str(text)[:100]}` is no audience.", mend, entry.at(), entry.key, "error"))
        return None

    def _severity(self, wanted: Field, entry: Entry) -> Value[str] | None:
        level, origin = entry.value, entry.origin
        if isinstance(level, dict):
            for key in level.keys() - {"level", "origin"}:
                self.warn(entry, f"`severity` has no `{key}`.", "Write `{level: SEV2, origin: derived}`.", key)
            origin = "derived" if level.get("origin") == "derived" else origin
            level = level.get("level")
        if not isinstance(level, str) or not level.strip():
            self.warn(entry, "`severity` holds no level.", "Write `SEV2`, or `{level: SEV2, origin: derived}`.")
            return None
        # `Major (high impact)`: the level is what stands before the bracket.
        bare = level.partition("(")[0].strip() or level.strip()
        numbered = _LEVEL.fullmatch(bare)
        return Value(f"SEV{numbered[1]}" if numbered else bare, origin, entry.at())

    def _moment(self, wanted: Field, entry: Entry) -> Value[Moment] | None:
        text = self._scalar(entry)
        if text is None:
            return None
        if found := moment(text):
            # Another tool's time without a zone still names its day.
            if found.precision == "minute" or dates.clock(text) is None or entry.origin == "derived":
                return Value(found, entry.origin, entry.at())
            self.warn(
                entry,
                f"`{entry.key}: {text[:60]}` has no zone that is certain.",
                "Add it: `2017-01-31T23:00:00Z` or `+01:00`.",
            )
            return None
        self.warn(
            entry, f"`{entry.key}: {text[:60]}` is no time.", "Write `2017-01-31T23:00:00Z`, or the day `2017-01-31`."
        )
        return None

    def _day(self, wanted: Field, entry: Entry) -> Value[date] | None:
        text = self._scalar(entry)
        day = dates.day(text or "")
        if text and day is None:
            self.warn(entry, f"`{entry.key}: {text[:60]}` is no day.", "Write it as `2017-01-31`.")
        return Value(day, entry.origin, entry.at()) if day else None

    def _address(self, wanted: Field, entry: Entry) -> Value[str] | None:
        text = self._scalar(entry)
        address = addresses.web(text or "")
        if text and address is None:
            self.warn(entry, f"`{entry.key}` is no address on the web.", "Write it in full, with `https://`.")
        return Value(address, entry.origin, entry.at()) if address else None

    def _list(self, entry: Entry) -> list[tuple[int, Any]]:
        """The parts of a list, or of one text with commas, with their lines."""
        if isinstance(entry.value, str):
            return [(entry.at(), part.strip()) for part in entry.value.split(",") if part.strip()]
        if isinstance(entry.value, list):
            return [(entry.at(index), part) for index, part in enumerate(entry.value) if part]
        self.warn(entry, f"`{entry.key}` holds a mapping.", "Write a list.")
        return []

    def _strings(self, entry: Entry) -> list[tuple[int, str]]:
        found = []
        for line, part in self._list(entry):
            if isinstance(part, str):
                found.append((line, " ".join(part.split())))
            else:
                self.problems.append(
                    Problem(f"A part of `{entry.key}` is no text.", "Write a list of texts.", line, entry.key)
                )
        return list({text: (line, text) for line, text in reversed(found)}.values())[::-1]

    def _texts(self, wanted: Field, entry: Entry) -> tuple[str, ...]:
        return tuple(text for _, text in self._strings(entry))

    def _names(self, wanted: Field, entry: Entry) -> tuple[Name, ...]:
        return tuple(Name(text, entry.origin, line) for line, text in self._strings(entry))

    def _causes(self, wanted: Field, entry: Entry) -> tuple[CauseDraft, ...]:
        found: dict[str, CauseDraft] = {}
        for line, part in self._list(entry):
            name = part.get("cause") or part.get("name") if isinstance(part, dict) else part
            evidence = part.get("evidence") if isinstance(part, dict) else None
            if not isinstance(name, str):
                self.problems.append(Problem("A cause has no name.", "Write `- cause: <name>`.", line, entry.key))
                continue
            found.setdefault(
                name, CauseDraft(name, evidence if isinstance(evidence, str) else None, entry.origin, line)
            )
        return tuple(found.values())

    def _actions(self, wanted: Field, entry: Entry) -> tuple[ActionDraft, ...]:
        return tuple(action for line, part in self._list(entry) if (action := self._action(entry, part, line)))

    def _action(self, entry: Entry, part: Any, line: int) -> ActionDraft | None:
        said = (
            {key: str(text).strip() for key, text in part.items() if isinstance(text, str)}
            if isinstance(part, dict)
            else {"title": str(part)}
        )
        for key in said.keys() - set(_ACTION_KEYS):
            near = nearest(key, _ACTION_KEYS)
            mend = f"Did you mean `{near}`?" if near else f"Known are {', '.join(_ACTION_KEYS)}."
            self.problems.append(Problem(f"An action has no `{key}`.", mend, line, entry.key))
        if not said.get("title"):
            self.problems.append(Problem("An action has no title.", "Add `title:`.", line, entry.key))
            return None
        for key, read in (("status", words.status), ("kind", words.action_kind), ("due", dates.day)):
            if said.get(key) and read(said[key]) is None:
                mend = {
                    "status": words.STATUS_HELP,
                    "kind": words.ACTION_KIND_HELP,
                    "due": "Write a day: `2017-01-31`.",
                }[key]
                self.problems.append(Problem(f"`{said[key][:60]}` is no {key} of an action.", mend, line, entry.key))
        return ActionDraft(
            title=" ".join(said["title"].split()),
            id=said.get("id"),
            kind=words.action_kind(said.get("kind", "")),
            owner=said.get("owner"),
            due=dates.day(said.get("due", "")),
            status=words.status(said.get("status", "")),
            reason=said.get("reason"),
            tracker=said.get("tracker"),
            line=line,
        )


def moment(text: str, around: dates.Surroundings = dates.NOTHING) -> Moment | None:
    """A moment to the minute; else the day alone, where the text states one; else None."""
    if at := dates.moment(text, around):
        return Moment(at)
    day = dates.day(text, around.year)
    return Moment(datetime.combine(day, time(), UTC), "day") if day else None
