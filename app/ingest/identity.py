"""Which document a file is: the one that it was, also where it was moved, renamed, retitled and reordered in one go."""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.ingest.formats.draft import Draft
from app.ingest.matching import Pairing, Thing, digest, shared, shingles

LENGTH = 10
# Three words in a row that so many documents share say nothing of which is which.
COMMON = 50
CLOSEST = 10

Key = tuple[str, str]
"""A file: the name of its source, and its path."""


@dataclass(frozen=True)
class Known:
    """A document of the library. `stated`: its file gave it its id; `names`: every id that it ever had."""

    id: str
    key: Key
    title: str
    fingerprint: str
    deleted: bool
    stated: bool
    names: frozenset[str]

    def thing(self) -> Thing:
        return Thing(
            place="\0".join(self.key),
            content=self.fingerprint,
            label=_label(self.key[1], self.title),
            stated=self.id if self.stated else None,
            names=self.names,
        )


@dataclass(frozen=True)
class Sighting:
    """What of a new or changed file tells which document it is."""

    key: Key
    id: str | None
    title: str
    fingerprint: str
    words: frozenset[int]

    @classmethod
    def of(cls, draft: Draft) -> Sighting:
        texts = [section.text for section in draft.sections]
        title = draft.title.value or ""
        return cls((draft.source, draft.path), draft.id, title, digest(texts), shingles(texts))

    def thing(self) -> Thing:
        return Thing(
            place="\0".join(self.key),
            content=self.fingerprint,
            label=_label(self.key[1], self.title),
            stated=self.id,
            names=frozenset({self.id} if self.id else ()),
        )


@dataclass
class Matches:
    """`documents`: which document a file is. `refused`: the file that already has the id that a file states."""

    documents: dict[Key, str] = field(default_factory=dict)
    refused: dict[Key, str] = field(default_factory=dict)


def fingerprint(draft: Draft) -> str:
    """A digest of the text without title and headings, whatever the order of the sections."""
    return digest(section.text for section in draft.sections)


def derived(source: str, path: str, taken: Mapping[str, str]) -> str:
    """The id of a document whose file states none: where it was first seen. Where a moved one has that, the next."""
    number = 1
    while True:
        name = "\0".join((source, path, *([str(number)] if number > 1 else ())))
        id = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:LENGTH]
        if id not in taken:
            return id
        number += 1


def match(
    files: Sequence[Sighting],
    documents: Sequence[Known],
    holders: Mapping[str, str],
    texts: Callable[[Sequence[str]], Mapping[str, list[str]]],
) -> Matches:
    """Which of `documents` (those whose file is gone or changed, and tombstones) the files are.

    `holders` has, by id, the files of all other documents. `texts` gives the section texts of documents by their ids.
    """
    matches = Matches()
    files = _without_refused(files, documents, holders, matches)
    live = [document for document in documents if not document.deleted]
    gone = [document for document in documents if document.deleted]
    _match(files, live, matches, texts)
    rest = [file for file in files if file.key not in matches.documents]
    _match(rest, gone, matches, None)
    return matches


def _match(
    files: Sequence[Sighting],
    documents: Sequence[Known],
    matches: Matches,
    texts: Callable[[Sequence[str]], Mapping[str, list[str]]] | None,
) -> None:
    pairing = Pairing([document.thing() for document in documents], [file.thing() for file in files])
    words = _Words(documents, files, texts)
    pairing.by_name()
    if texts and _alone(pairing):
        pairing.by_place()
    pairing.in_place(words.likeness, words.near)
    pairing.by_content()
    if texts and pairing.free_new and pairing.free_old:
        pairing.by_likeness(words.likeness, words.near)
    pairing.by_place()
    for new, old in pairing.old_of.items():
        matches.documents[files[new].key] = documents[old].id


def _alone(pairing: Pairing) -> bool:
    """Whether every text was edited where it stood, under its title: there is nothing to compare then."""
    old = {pairing.old[each].place: pairing.old[each] for each in pairing.free_old}
    new = [pairing.new[each] for each in pairing.free_new]
    said = {thing.content for thing in old.values()}
    return len(new) == len(old) and all(
        thing.place in old
        and thing.label == old[thing.place].label
        and (thing.content == old[thing.place].content or thing.content not in said)
        for thing in new
    )


class _Words:
    """The shingles of old and new texts; the old ones are asked for when something hangs on them."""

    def __init__(
        self,
        documents: Sequence[Known],
        files: Sequence[Sighting],
        texts: Callable[[Sequence[str]], Mapping[str, list[str]]] | None,
    ) -> None:
        self.documents, self.files, self.texts = documents, files, texts
        self._old: list[frozenset[int]] | None = None
        self._where: dict[int, list[int]] | None = None

    @property
    def old(self) -> list[frozenset[int]]:
        if self._old is None:
            texts = self.texts([document.id for document in self.documents]) if self.texts else {}
            self._old = [shingles(texts.get(document.id, ())) for document in self.documents]
        return self._old

    def likeness(self, new: int, old: int) -> float:
        return shared(self.files[new].words, self.old[old])

    def near(self, new: int) -> Iterable[int]:
        """The documents that share enough uncommon words with a file to be worth a comparison."""
        if self._where is None:
            self._where = defaultdict(list)
            for number, words in enumerate(self.old):
                for word in words:
                    self._where[word].append(number)
        counts: Counter[int] = Counter()
        for word in self.files[new].words:
            holders = self._where.get(word, ())
            if len(holders) <= COMMON:
                counts.update(holders)
        return [number for number, _ in counts.most_common(CLOSEST)]


def _without_refused(
    files: Sequence[Sighting], documents: Sequence[Known], holders: Mapping[str, str], matches: Matches
) -> list[Sighting]:
    """The files but those that state the id of another: of the one that has it already, else of the first."""
    owners = {name: document for document in documents for name in document.names}
    stated: dict[str, list[Sighting]] = defaultdict(list)
    for file in files:
        if file.id is None:
            continue
        if file.id in holders:
            matches.refused[file.key] = holders[file.id]
        else:
            stated[file.id].append(file)
    for id, claimants in stated.items():
        owner = owners.get(id)
        first = next((file for file in claimants if owner and file.key == owner.key), claimants[0])
        for file in claimants:
            if file is not first:
                matches.refused[file.key] = first.key[1]
    return [file for file in files if file.key not in matches.refused]


def _label(path: str, title: str) -> str:
    return f"{posixpath.basename(path)} {title}"
