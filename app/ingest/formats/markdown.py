"""Markdown with or without front matter, in our own format or another tool's, as a Draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from app.ingest.formats import actions, derive, dialects, encoding, fields, frontmatter, readings, stated, timeline
from app.ingest.formats.draft import Draft, Moment, Problem, RawFile, Reading, SectionDraft, Value
from app.ingest.formats.values import Converter, Entry
from app.text import dates, redaction, sections

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def read(raw: RawFile) -> Reading:
    """A draft of the file; every value in it is already masked."""
    text, problems = encoding.decode(raw.data)
    if any(problem.level == "error" for problem in problems):
        return Reading(problems=problems)
    text, masked = redaction.mask(text)
    problems += tuple(_told(each) for each in masked)
    front = frontmatter.split(text)
    if front.problem:
        return Reading(problems=(*problems, front.problem))
    said = dialects.translate(front)
    if said.unpublished:
        mend = "Remove `draft: true` when it may be read."
        return Reading(
            problems=(*problems, Problem("The file is marked as a draft and was left out.", mend)), skipped=True
        )
    return _Reader(raw, front, said, len(masked), problems).read()


class _Reader:
    def __init__(
        self,
        raw: RawFile,
        front: frontmatter.FrontMatter,
        said: dialects.Translated,
        masked: int,
        problems: Sequence[Problem],
    ) -> None:
        self.raw = raw
        self.front = front
        self.said = said
        self.masked = masked
        self.problems = [*problems, *said.problems]
        self.converter = Converter()
        self.path = encoding.name(raw.path)

    def read(self) -> Reading:
        values = {
            field.attribute: value
            for field in fields.TABLE
            if field.name in self.said.entries
            and (value := self.converter.read(field, self.said.entries[field.name])) is not None
        }
        title: Value[str] = values.get("title", Value())
        split = sections.split(self.front.body, title.value)
        if split.problem:
            mend = "Split the text, or shorten what is too long."
            self.problems.append(
                Problem(f"The text is shown as it was written: {split.problem}.", mend, self.front.first)
            )
        values["title"] = self._title(title, split)
        values.setdefault(
            "kind", Value(self.said.kind or derive.kind(self.raw.source, self.path, split.sections), "derived")
        )
        values.setdefault("summary", derive.summary(split.sections))
        values.setdefault("id", derive.file_id(self.path))
        kind = values["kind"].value
        if kind == "postmortem":
            self._incident(values, split)
        elif kind == "runbook":
            values.setdefault(
                "alerts", derive.alerts(self.path, split.title or title.value, values.get("old_paths", ()))
            )
        elif kind == "reading-list":
            values["readings"] = readings.readings(self.path, split.sections)
        self._strays(kind)
        return self._done(values, split.sections)

    def _done(self, values: Mapping[str, Any], split: Sequence[sections.Section]) -> Reading:
        problems = (*self.problems, *self.converter.problems)
        if any(problem.level == "error" for problem in problems):
            return Reading(problems=problems)
        draft = Draft(
            source=self.raw.source,
            path=self.path,
            body=self.front.body,
            first_line=self.front.first,
            sections=tuple(self._section(each) for each in split),
            masked=self.masked,
            problems=problems,
            **values,
        )
        return Reading(draft, problems)

    def _section(self, each: sections.Section) -> SectionDraft:
        return SectionDraft(
            anchor=each.anchor,
            explicit=each.explicit,
            level=each.level,
            heading=each.heading,
            role=each.role,
            markdown=each.markdown,
            text=each.text,
            html=each.html,
            line=each.line + self.front.first - 1,
        )

    def _title(self, title: Value[str], split: sections.Split) -> Value[str]:
        if title.value:
            return title
        if split.title and split.title_line:
            return Value(split.title, "stated", split.title_line + self.front.first - 1)
        return Value(derive.file_title(self.path), "derived")

    def _strays(self, kind: str | None) -> None:
        """Keys of ours that documents of this kind do not have."""
        for name, entry in self.said.entries.items():
            kinds = fields.BY_NAME[name].kinds
            if kinds and kind not in kinds and entry.origin == "stated" and entry.key == name:
                mend = f"It belongs to a {' or '.join(kinds)}; remove it, or correct `kind`."
                self.problems.append(Problem(f"A {kind} has no `{name}`.", mend, entry.at(), name))

    def _incident(self, values: dict[str, Any], split: sections.Split) -> None:
        """The facts of a post-mortem. Our own format leaves out what is not known, so its prose is not asked."""
        facts = {} if self.said.own else stated.facts(split.sections, self.front.first)
        for name in (
            "severity",
            "detected",
            "mitigated",
            "resolved",
            "services",
            "owner",
            "impact",
            "trigger",
            "detection",
            "fixed_by",
        ):
            self._fact(values, name, facts)
        if "category" in facts and "tags" not in values:
            values["tags"] = self._converted("tags", facts["category"].entry("category"))
        self._fact(values, "started", facts)
        around = self._around(values, split, facts)
        started: Value[Moment] = values.get("started", Value())
        exact = started.value.at if started.value and started.value.precision == "minute" else None
        values["events"] = timeline.events(split.sections, around, exact)
        if "started" not in values and not self.said.own:
            self._started(values, around)
        values.setdefault("actions", actions.actions(split.sections, self.front.first))

    def _fact(self, values: dict[str, Any], name: str, facts: Mapping[str, stated.Fact]) -> None:
        attribute = fields.BY_NAME[name].attribute
        if attribute not in values and name in facts:
            value = self._converted(name, facts[name].entry(name))
            if value is not None:
                values[attribute] = value

    def _converted(self, name: str, entry: Entry) -> Any:
        """Prose under a fact's name may well be no value of its type; that is no problem of the file."""
        return Converter().read(fields.BY_NAME[name], entry)

    def _around(
        self, values: Mapping[str, Any], split: sections.Split, facts: Mapping[str, stated.Fact]
    ) -> dates.Surroundings:
        """The day and year that the text states for times that stand without."""
        date = facts["date"].text if "date" in facts else ""
        title = split.title or ""
        started: Value[Moment] = values.get("started", Value())
        day = started.value.at.date() if started.value and started.origin == "stated" else None
        day = day or dates.day(date) or dates.day(title)
        if day is None and split.sections and not split.sections[0].level:
            day = dates.only_day(split.sections[0].text[:2_000])
        years = set(_YEAR.findall(date or title))
        return dates.Surroundings(day, day.year if day else int(years.pop()) if len(years) == 1 else None)

    def _started(self, values: dict[str, Any], around: dates.Surroundings) -> None:
        """The day of the first event, else the one that the text states for all, else the one in the file's name."""
        first = next((event for event in values["events"] if event.moment), None)
        # As the text writes it: just after midnight, the day in UTC is another.
        dated = (
            (dates.day(first.stated_time, around.year) or (first.moment and first.moment.at.date())) if first else None
        )
        if day := around.day or dated or derive.file_day(self.path):
            values["started"] = Value(Moment(datetime.combine(day, time(), UTC), "day"), "derived")


def _told(masked: redaction.Masked) -> Problem:
    mend = "Take it out of the file and of its history, and make it invalid: whoever has the file has it."
    return Problem(f"A secret ({masked.kind}) was masked.", mend, masked.line)
