"""Where content comes from: which folders, which part of them is read now, and the files in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import Invalid, NotFound, Unavailable
from app.ingest.formats.encoding import MOST_BYTES
from app.ingest.formats.encoding import name as composed
from app.ingest.problems import FileProblem, error, warning
from app.settings import Settings

INDEX = "_index.md"


@dataclass(frozen=True)
class Source:
    """A content folder. Its name is a part of its documents' identity; the folder may lie elsewhere tomorrow."""

    name: str
    folder: Path


@dataclass(frozen=True)
class Scope:
    """What part of a source is read: `under` is a folder or file in it, relative, with `/`; "" is all of it."""

    source: Source
    under: str = ""

    def holds(self, path: str) -> bool:
        under = composed(self.under)
        return not under or path == under or path.startswith(under + "/")


@dataclass(frozen=True)
class Found:
    """A file: `path` as it is known (relative, `/`, composed letters), `file` where its bytes are."""

    path: str
    file: str
    size: int
    mtime_ns: int


@dataclass
class Listing:
    """The files of a scope by path, in order. `unread` are folders that could not be looked into.

    `indexes` are the `_index.md` that speak for them, those of the folders above too; None where one cannot be read.
    """

    files: dict[str, Found] = field(default_factory=dict)
    indexes: dict[str, Found | None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


def configured(settings: Settings) -> tuple[Source, ...]:
    """The sources that the settings name."""
    return tuple(Source(folder.name, folder) for folder in settings.content)


def scopes(settings: Settings, paths: Sequence[Path], name: str | None = None) -> tuple[Scope, ...]:
    """What to read for these paths: every configured source where there are none.

    Any folder outside of them becomes a source named after its last part, or `name`. Raises Invalid or NotFound.
    """
    known = configured(settings)
    if paths:
        chosen = [_scope(known, path, name) for path in paths]
    elif name:
        raise Invalid(f"The name {name} needs the folder that it is for: name the folder too.")
    else:
        chosen = [Scope(source) for source in known]
        for scope in chosen:
            if not scope.source.folder.is_dir():
                raise NotFound(
                    f"The content folder {scope.source.folder} is not there. Create it, or correct HINDSIGHT_CONTENT."
                )
    return _distinct(chosen)


def _scope(known: Iterable[Source], path: Path, name: str | None) -> Scope:
    real = path.resolve()
    if not real.exists():
        raise NotFound(f"There is no {path}. To take out what was deleted, ingest the folder that it was in.")
    for source in sorted(known, key=lambda each: len(each.folder.parts), reverse=True):
        root = source.folder.resolve()
        if real.is_relative_to(root):
            if name not in (None, source.name):
                raise Invalid(f"{path} lies in the source {source.name}; leave out the name {name}.")
            return Scope(source, _under(real.relative_to(root)))
        if root.is_relative_to(real):
            raise Invalid(f"{path} holds the source {source.name}; name {source.folder} instead.")
        if (name or real.name) == source.name:
            raise Invalid(f"{source.name} is the name of {source.folder}; give {path} another one with --source.")
    folder, under = (real, "") if real.is_dir() else (real.parent, real.name)
    if not (name or folder.name):
        raise Invalid(f"{path} has no name of its own; give it one with --source.")
    return Scope(Source(name or folder.name, folder), under)


def _under(path: Path) -> str:
    if any(part.startswith(".") for part in path.parts):
        raise Invalid(f"{path} is hidden (its name begins with a dot); such files and folders are not read.")
    return "" if path == Path() else path.as_posix()


def _distinct(chosen: Sequence[Scope]) -> tuple[Scope, ...]:
    """Each part once, in the order given."""
    kept: list[Scope] = []
    for scope in chosen:
        if any(each.source.name == scope.source.name and each.source != scope.source for each in chosen):
            raise Invalid(f"Two folders would be the source {scope.source.name}; ingest one at a time, with --source.")
        inside = any(each != scope and each.source == scope.source and each.holds(scope.under) for each in chosen)
        if not inside and scope not in kept:
            kept.append(scope)
    return tuple(kept)


def listing(scope: Scope) -> Listing:
    """The files of a scope. Raises Unavailable where its folder cannot be read: that removes nothing."""
    return _Walk(scope).walk()


def read(file: str) -> bytes:
    """The bytes of a listed file, one more than a reader takes at most. Raises OSError, also for what became a link."""
    if os.path.realpath(file) != file:
        raise OSError(f"{os.path.basename(file)} has become a link")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags), "rb") as opened:
        return opened.read(MOST_BYTES + 1)


def beside(source: Source, name: str) -> bytes | None:
    """The bytes of a file in the source's own folder; None where there is none. Raises OSError."""
    root = os.path.realpath(source.folder)
    file = os.path.join(root, name)
    if not os.path.lexists(file):
        return None
    real = os.path.realpath(file)
    if not Path(real).is_relative_to(root):
        raise OSError(f"{name} leads out of its folder")
    return read(real)


class _Walk:
    """Links are not followed: what they lead to is read at its own place, or lies outside. The one exception is
    Kubernetes' way to mount files, `name -> ..data/name`, where that place is hidden.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.root = os.path.realpath(scope.source.folder)
        self.found = Listing()

    def walk(self) -> Listing:
        start = os.path.join(self.root, self.scope.under) if self.scope.under else self.root
        try:
            if os.path.isfile(start):
                self._file(composed(self.scope.under), start, os.stat(start))
                folders = []
            else:
                folders = self._folder(start, composed(self.scope.under), False)
        except OSError as why:
            raise Unavailable(
                f"{start} cannot be read ({why.strerror}); nothing was changed. Make it readable, then run this again."
            ) from why
        while folders:
            place, path, linked = folders.pop()
            try:
                folders += self._folder(place, path, linked)
            except OSError as why:
                self._unread(path, why)
        self._above()
        self.found.files = dict(sorted(self.found.files.items()))
        return self.found

    def _above(self) -> None:
        """The `_index.md` of the folders above, which speak for this part too."""
        parts = self.scope.under.split("/") if self.scope.under else []
        for count in range(len(parts)):
            folder = "/".join(parts[:count])
            file = os.path.join(self.root, folder, INDEX)
            path = composed(f"{folder}/{INDEX}" if folder else INDEX)
            if os.path.lexists(file) and path not in self.found.indexes:
                real = os.path.realpath(file)
                inside = Path(real).is_relative_to(self.root) and os.path.isfile(real)
                self.found.indexes[path] = Found(path, real, 0, 0) if inside else None

    def _folder(self, place: str, path: str, linked: bool) -> list[tuple[str, str, bool]]:
        """Notes a folder's files; returns its folders: where each is, its path, and whether a link led there."""
        folders = []
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                below = f"{path}/{entry.name}" if path else entry.name
                if entry.name.startswith(".") or not self._nameable(below):
                    continue
                below = composed(below)
                real = self._target(entry, below, linked) if entry.is_symlink() else entry.path
                if real is None:
                    continue
                try:
                    status = os.stat(real)
                except FileNotFoundError:
                    continue
                except OSError as why:
                    self._unread(below, why)
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append((real, below, linked or entry.is_symlink()))
                elif stat.S_ISREG(status.st_mode):
                    self._file(below, real, status)
        return folders

    def _unread(self, path: str, why: OSError) -> None:
        self.found.unread.append(path)
        problem = f"This cannot be read ({why.strerror}); what was there stays as it was."
        self.found.problems.append(error(path, problem, "Make it readable."))

    def _nameable(self, path: str) -> bool:
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(path).decode("utf-8", "replace")
            self.found.problems.append(error(shown, "The name is not UTF-8.", "Rename it; its text was not read."))
            return False
        return True

    def _target(self, entry: os.DirEntry[str], path: str, linked: bool) -> str | None:
        """Where a link leads that is followed, else None."""
        real = Path(os.path.realpath(entry.path))
        if entry.name == INDEX:
            self.found.indexes[path] = None
        if not real.is_relative_to(self.root):
            problem = "This is a link that leads out of the folder; it was not followed."
            self.found.problems.append(warning(path, problem, "Put the file itself here, or remove the link."))
        elif not real.exists():
            problem = "This is a link that leads nowhere."
            self.found.problems.append(warning(path, problem, "Correct it, or remove it."))
        elif not linked and any(part.startswith("..") for part in real.relative_to(self.root).parts):
            return str(real)
        return None

    def _file(self, path: str, file: str, status: os.stat_result) -> None:
        found = Found(path, file, status.st_size, status.st_mtime_ns)
        if path in self.found.files:
            problem = "Another file has this name, written with other code points."
            self.found.problems.append(error(path, problem, "Rename one of the two; only one was read."))
            return
        self.found.files[path] = found
        if path == INDEX or path.endswith("/" + INDEX):
            self.found.indexes[path] = found
