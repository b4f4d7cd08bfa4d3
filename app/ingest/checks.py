"""Drafts held against the catalog and the calendar; and a whole folder checked without a database.

A name that the catalog does not know is told, and kept as a tag: the document is found by it, and nothing is guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.ingest import catalog, formats, links, sources
from app.ingest.audiences import KEPT_OUT, Audiences
from app.ingest.formats.draft import Draft, Moment, Problem, RawFile, Reading, Value
from app.ingest.known import Known
from app.ingest.problems import FileProblem, error, told
from app.ingest.sources import Found, Scope
from app.settings import Settings

SLACK = timedelta(days=1)
# Which moments cannot come before which. Something may well end before anybody notices it.
ORDER = (("started", "detected"), ("started", "mitigated"), ("started", "resolved"), ("mitigated", "resolved"))


@dataclass(frozen=True)
class Link:
    """A service or cause of the catalog that a document names."""

    name: str
    origin: str
    evidence: str | None = None


@dataclass(frozen=True)
class Examined:
    """What came of a file. `draft` None: it is none, or cannot be used. `names`: what it named, for FileState."""

    draft: Draft | None = None
    audience: str = ""
    severity: str | None = None
    services: tuple[Link, ...] = ()
    causes: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: bool = False

    @property
    def failed(self) -> bool:
        return self.draft is None and not self.skipped


@dataclass(frozen=True)
class Checked:
    """How many documents there are, and what is wrong in their files."""

    documents: int
    problems: tuple[FileProblem, ...]


def examine(reading: Reading, audience: str, known: Known, now: datetime) -> Examined:
    """A reading held against what the catalog knows. `audience` is its folder's."""
    draft = reading.draft
    if draft is None:
        return Examined(problems=reading.problems, skipped=reading.skipped)
    chosen = draft.audience.value or audience
    if not chosen:
        return Examined(problems=(*reading.problems, KEPT_OUT))
    problems = [*reading.problems, *_moments(draft, now)]
    services, strange = _links(draft, "service", known, problems)
    causes, strange_causes = _links(draft, "cause", known, problems)
    tags: dict[str, str] = {}
    for tag in (*draft.tags, *strange, *strange_causes):
        tags.setdefault(tag.casefold(), tag)
    stated = draft.severity.value
    return Examined(
        draft=draft,
        audience=chosen,
        severity=_severity(draft, known, problems),
        services=services,
        causes=causes,
        tags=tuple(tags.values()),
        names=(
            *(f"service:{each.name}" for each in draft.services),
            *(f"cause:{each.name}" for each in draft.causes),
            *((f"severity:{stated}",) if stated else ()),
        ),
        problems=tuple(problems),
    )


def _links(draft: Draft, kind: str, known: Known, problems: list[Problem]) -> tuple[tuple[Link, ...], list[str]]:
    """The entries that a draft names, each once, and the names that are not known."""
    names, key, file = (
        (known.services, "services", "services.yml") if kind == "service" else (known.causes, "causes", "taxonomy.yml")
    )
    links: dict[str, Link] = {}
    strange = []
    for said in draft.services if kind == "service" else draft.causes:
        name = names.find(said.name) or (said.name if f"{kind}:{said.name}" in known.former else None)
        evidence = getattr(said, "evidence", None)
        if names.find(said.name) is None:
            mend = names.mend(said.name, f"add it to {file}, as a name or an alias")
            problems.append(Problem(f"The {kind} `{said.name[:100]}` is not known.", mend, said.line, key))
        if name is None:
            strange.append(said.name)
        elif name not in links or (evidence and not links[name].evidence):
            links[name] = Link(name, said.origin, evidence)
    return tuple(links.values()), strange


def _severity(draft: Draft, known: Known, problems: list[Problem]) -> str | None:
    said = draft.severity
    if said.value is None:
        return None
    level = known.severities.find(said.value)
    if level is None and known.severities.meant:
        mend = known.severities.mend(said.value, "add it to severities.yml")
        problems.append(Problem(f"The severity `{said.value[:60]}` is not known.", mend, said.line, "severity"))
    return level or said.value


def _moments(draft: Draft, now: datetime) -> Iterator[Problem]:
    for name in ("started", "detected", "mitigated", "resolved"):
        said: Value[Moment] = getattr(draft, name)
        if said.value and said.value.at > now + SLACK:
            yield Problem(f"`{name}` lies in the future.", "Correct the date, if it is wrong.", said.line, name)
    if draft.reviewed.value and draft.reviewed.value > (now + SLACK).date():
        mend = "Correct the date, if it is wrong."
        yield Problem("`reviewed` lies in the future.", mend, draft.reviewed.line, "reviewed")
    for earlier, later in ORDER:
        first: Value[Moment] = getattr(draft, earlier)
        second: Value[Moment] = getattr(draft, later)
        if first.value and second.value and _before(second.value, first.value):
            mend = "Correct one of the two: look at the zone and the day."
            yield Problem(f"`{later}` is before `{earlier}`.", mend, second.line or first.line, later)


def _before(one: Moment, other: Moment) -> bool:
    """Certainly earlier: a day alone may be that of any zone."""
    return one.at + (SLACK if "day" in (one.precision, other.precision) else timedelta()) < other.at


def take(found: Found, source: str) -> tuple[Reading, str]:
    """What a reader makes of a listed file, and the hash of its bytes; one that cannot be opened is a problem."""
    # What no reader would take, whatever stands in it, is not opened.
    if not may_be_document(found.path):
        return Reading(skipped=True), ""
    try:
        data = sources.read(found.file)
    except OSError as why:
        problem = f"The file cannot be read ({why.strerror or why})."
        return Reading(problems=(Problem(problem, "Make it readable.", level="error"),)), ""
    return formats.read(RawFile(source, found.path, data)), hashlib.sha256(data).hexdigest()


def may_be_document(path: str) -> bool:
    return formats.reader_of(path, b"# ") is not None


def check(folders: Sequence[Path], settings: Settings) -> Checked:
    """Reads these folders (the configured ones where there are none) and tells what is wrong, without a database."""
    # Nothing is stored, so a folder may well have the name of a configured one, or hold it.
    holding = tuple(each for each in settings.content if any(_inside(folder, each) for folder in folders))
    scopes = sources.scopes(replace(settings, content=holding) if folders else settings, folders)
    now = datetime.now(UTC)
    catalogs: dict[str, list[catalog.Data]] = {}
    problems: list[FileProblem] = []
    own = list(dict.fromkeys(scope.source for scope in scopes))
    others = [source for source in sources.configured(settings) if source not in own and source.folder.is_dir()]
    told_of = [(source, catalog.readings(source)) for source in (*own, *others)]
    for _, readings in told_of:
        for reading in readings:
            catalogs.setdefault(reading.name, []).extend([reading.data] if reading.data is not None else [])
    for _, readings in told_of[: len(own)]:
        catalog.compare(readings, catalogs)
        problems += [problem for reading in readings for problem in reading.problems]
    known = catalog.known(catalogs)
    documents = 0
    ids: dict[str, str] = {}
    for scope in scopes:
        count, found = _scope(scope, settings, known, now, ids)
        documents, problems = documents + count, problems + found
    return Checked(documents, tuple(problems))


def _inside(folder: Path, other: Path) -> bool:
    return folder.resolve().is_relative_to(other.resolve())


def _scope(
    scope: Scope, settings: Settings, known: Known, now: datetime, ids: dict[str, str]
) -> tuple[int, list[FileProblem]]:
    listing = sources.listing(scope)
    audiences = Audiences(listing.indexes, settings.default_audience)
    problems = [*listing.problems, *audiences.problems]
    drafts: dict[str, Draft] = {}
    for found in listing.files.values():
        examined = examine(take(found, scope.source.name)[0], audiences.of(found.path), known, now)
        problems += [told(found.path, problem) for problem in examined.problems]
        id = examined.draft.id if examined.draft else None
        if id and id in ids:
            problems.append(taken(found.path, id, ids[id]))
        elif examined.draft:
            drafts[found.path] = examined.draft
            if id:
                ids[id] = found.path
    for path, draft in drafts.items():
        problems += [told(path, problem) for problem in links.problems(draft, scope.source.folder, drafts)]
    return len(drafts), problems


def taken(path: str, id: str, holder: str) -> FileProblem:
    """The problem of a file that states another's id."""
    return error(path, f"Its id `{id}` is already that of {holder}.", "Give this one another `id`, or none.")
