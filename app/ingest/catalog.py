"""The catalog files of a source's folder: `taxonomy.yml`, `services.yml`, `severities.yml`, `synonyms.yml`.

A file with an error is not taken over: what it last said holds. A warning costs only the part that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.ingest import sources
from app.ingest.formats import encoding
from app.ingest.formats.fields import nearest
from app.ingest.formats.values import ID
from app.ingest.known import Known, Names
from app.ingest.problems import FileProblem
from app.ingest.sources import Source
from app.text import redaction, yaml
from app.text.names import folded

# The lists of each file, and the keys of what stands in them: `s` is a text, `l` a list of texts, `n` a number.
FILES: dict[str, dict[str, dict[str, str]]] = {
    "taxonomy": {
        "causes": {
            "name": "s", "title": "s", "parent": "s", "definition": "s",
            "aliases": "l", "examples": "l", "signals": "l",
        },
    },
    "services": {
        "teams": {"name": "s", "title": "s", "channel": "s"},
        "services": {"name": "s", "title": "s", "aliases": "l", "owner": "s", "tier": "n", "depends_on": "l"},
    },
    "severities": {
        "levels": {"level": "s", "title": "s", "criteria": "l", "called": "l", "response": "s", "examples": "l"},
        "roles": {"name": "s", "title": "s", "duties": "l"},
        "cadence": {},
    },
    "synonyms": {"synonyms": {}},
}  # fmt: skip
NAMES = frozenset(f"{name}.yml" for name in FILES)
_NEEDED = {"taxonomy": "causes", "services": "services", "severities": "levels", "synonyms": "synonyms"}

Data = dict[str, Any]


@dataclass
class CatalogReading:
    """What came of one file. `data` None: it cannot be used, what it last said holds."""

    name: str
    data: Data | None = None
    lines: yaml.Loaded = field(default_factory=yaml.Loaded)
    problems: list[FileProblem] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}.yml"

    def tell(self, level: str, problem: str, mend: str, *path: str | int) -> None:
        key = next((part for part in reversed(path) if isinstance(part, str)), None)
        line = self.lines.line(*path)
        self.problems.append(FileProblem(self.file, line, key, level, problem, mend))

    def warn(self, problem: str, mend: str, *path: str | int) -> None:
        self.tell("warning", problem, mend, *path)

    def fail(self, problem: str, mend: str, *path: str | int) -> None:
        self.tell("error", problem, f"{mend} What the file said before holds until then.", *path)

    @property
    def failed(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


def readings(source: Source) -> tuple[CatalogReading, ...]:
    """Every catalog file that the source's folder has."""
    return tuple(reading for name in FILES if (reading := _read(source, name)) is not None)


def _read(source: Source, name: str) -> CatalogReading | None:
    reading = CatalogReading(name)
    try:
        raw = sources.beside(source, reading.file)
    except OSError as why:
        reading.fail(f"The file cannot be read ({why.strerror or why}).", "Make it readable.")
        return reading
    if raw is None:
        return None
    text, problems = encoding.decode(raw)
    if broken := next((problem for problem in problems if problem.level == "error"), None):
        reading.fail(broken.problem, broken.mend)
        return reading
    text, masked = redaction.mask(text)
    try:
        # `[masked: password]` is a list to YAML.
        reading.lines = yaml.load(text.replace("[masked: ", "(masked ") if masked else text, yaml.DATA_BYTES)
    except yaml.Unreadable as why:
        reading.lines = yaml.Loaded(lines={(): why.line})
        reading.fail(f"The file {why}.", "Correct that line.")
        return reading
    for secret in masked:
        reading.problems.append(
            FileProblem(
                reading.file, secret.line, None, "warning", f"A secret ({secret.kind}) was masked.", "Take it out."
            )
        )
    data = _data(reading)
    reading.data = None if reading.failed else data
    return reading


def _data(reading: CatalogReading) -> Data:
    """The file's content in one shape: every key there, texts as texts, lists as lists."""
    root = reading.lines.data
    lists = FILES[reading.name]
    needed = _NEEDED[reading.name]
    if not isinstance(root, dict) or not isinstance(root.get(needed), list):
        reading.fail(f"The file has no list `{needed}:`.", f"Begin it with `{needed}:` and a list below.")
        root = {}
    data: Data = {}
    for key, value in root.items():
        if key not in lists:
            _unknown(reading, key, lists, key)
        elif key == "synonyms":
            data[key] = list(_groups(reading, value))
        elif not lists[key]:
            data[key] = value
        elif isinstance(value, list):
            data[key] = list(_entries(reading, key, value, lists[key]))
        elif value is not None:
            reading.fail(f"`{key}` is no list.", "Write one entry a line, each after `- `.", key)
    return data


def _entries(reading: CatalogReading, key: str, entries: Sequence[Any], keys: Mapping[str, str]) -> Iterator[Data]:
    identity = next(iter(keys))
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        name = entry.get(identity) if isinstance(entry, dict) else None
        if not isinstance(name, str) or not ID.fullmatch(name):
            mend = f"Give it a `{identity}` of letters, digits, `-`, `_` and `.`."
            reading.fail(f"An entry of `{key}` has no {identity} that can be used.", mend, key, index, identity)
        elif folded(name) in seen:
            reading.warn(f"`{name}` is there twice; the first one counts.", "Remove one.", key, index, identity)
        else:
            seen.add(folded(name))
            reading.places[key, name] = index
            for other in entry.keys() - keys.keys():
                _unknown(reading, other, keys, key, index, other)
            yield {each: _value(reading, entry.get(each), shape, key, index, each) for each, shape in keys.items()}


def _value(reading: CatalogReading, value: Any, shape: str, *path: str | int) -> Any:
    if shape == "l":
        parts = value if isinstance(value, list) else [] if value is None else [value]
        if any(not isinstance(part, str) for part in parts):
            reading.warn(f"A part of `{path[-1]}` is no text.", "Write a list of texts.", *path)
        return list(dict.fromkeys(" ".join(part.split()) for part in parts if isinstance(part, str)))
    if value is not None and not isinstance(value, str):
        reading.warn(f"`{path[-1]}` is no text.", "Write one text.", *path)
        return None
    if shape == "n" and value is not None and not (value.isascii() and value.isdigit() and len(value) < 4):
        reading.warn(f"`{path[-1]}: {value[:40]}` is no number.", "Write 1, 2 or 3.", *path)
        return None
    return int(value) if shape == "n" and value else value


def _groups(reading: CatalogReading, groups: Sequence[Any]) -> Iterator[list[str]]:
    seen: set[str] = set()
    for index, group in enumerate(groups):
        words = _value(reading, group, "l", "synonyms", index)
        for word in words:
            if folded(word) in seen:
                reading.warn(f"`{word[:60]}` is in two groups.", "Join the groups, or remove it.", "synonyms", index)
        seen.update(map(folded, words))
        if len(words) > 1:
            yield words
        else:
            reading.warn("A group of synonyms has one word.", "Add what means the same.", "synonyms", index)


def _unknown(reading: CatalogReading, key: str, known: Mapping[str, Any], *path: str | int) -> None:
    near = nearest(key, known)
    mend = f"Did you mean `{near}`?" if near else f"Remove it; known are {', '.join(known)}."
    reading.warn(f"The key `{key[:60]}` is not known.", mend, *path)


def known(catalogs: Mapping[str, Sequence[Data]]) -> Known:
    """The names of all catalogs together, by the file's name."""
    return Known(
        causes=Names.of(entries(catalogs, "taxonomy", "causes")),
        services=Names.of(entries(catalogs, "services", "services")),
        severities=Names.of(entries(catalogs, "severities", "levels")),
    )


def entries(catalogs: Mapping[str, Sequence[Data]], file: str, key: str) -> list[Data]:
    """The entries under a key in all catalogs; of two with one name the first counts."""
    found: dict[str, Data] = {}
    for data in catalogs.get(file, ()):
        for entry in data.get(key) or ():
            found.setdefault(folded(entry[next(iter(FILES[file][key]))]), entry)
    return list(found.values())


def parents(catalogs: Mapping[str, Sequence[Data]]) -> dict[str, str | None]:
    """Each cause's parent; None where it has none, where it is not known, or where going up leads back to the cause."""
    causes = entries(catalogs, "taxonomy", "causes")
    names = Names.of(causes)
    above = {entry["name"]: names.find(entry["parent"] or "") for entry in causes}

    def circular(name: str) -> bool:
        passed: set[str] = set()
        up = above[name]
        while up and up != name and up not in passed:
            passed.add(up)
            up = above[up]
        return up == name

    return {name: None if circular(name) else parent for name, parent in above.items()}


def compare(readings: Sequence[CatalogReading], catalogs: Mapping[str, Sequence[Data]]) -> None:
    """Warns of entries that name what no catalog has, and of names that mean two things."""
    every = known(catalogs)
    teams = Names.of(entries(catalogs, "services", "teams"))
    above = parents(catalogs)
    for reading in readings:
        data = reading.data or {}
        for entry in data.get("causes", ()):
            _aliases(reading, "causes", entry, every.causes)
            _named(reading, "causes", entry, "parent", every.causes)
            if every.causes.find(entry["parent"] or "") and above.get(entry["name"]) is None:
                _warn(reading, "causes", entry, "parent", "Its parents lead back to itself.", "Remove one of them.")
        for entry in data.get("services", ()):
            _aliases(reading, "services", entry, every.services)
            _named(reading, "services", entry, "depends_on", every.services)
            _named(reading, "services", entry, "owner", teams)


def _aliases(reading: CatalogReading, key: str, entry: Data, names: Names) -> None:
    for alias in entry["aliases"]:
        if (meant := names.find(alias)) != entry["name"]:
            problem = f"The alias `{alias[:60]}` of `{entry['name']}` means `{meant}` already."
            _warn(reading, key, entry, "aliases", problem, "Remove it from one of the two.")


def _named(reading: CatalogReading, key: str, entry: Data, field: str, names: Names) -> None:
    said = entry[field] or []
    for each in [said] if isinstance(said, str) else said:
        if names.find(each) is None:
            problem = f"`{entry['name']}` names `{each[:60]}`, which is not known."
            _warn(reading, key, entry, field, problem, names.mend(each, "add it"))


def _warn(reading: CatalogReading, key: str, entry: Data, field: str, problem: str, mend: str) -> None:
    reading.warn(problem, mend, key, reading.places[key, entry["name"]], field)
