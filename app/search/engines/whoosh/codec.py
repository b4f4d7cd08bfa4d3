"""Whoosh's extension point: a codec whose segments are our arrays.

Whoosh keeps the schema, the write lock, the list of segments and the deletions; what it would write as pickled blocks,
one posting at a time, is gathered by `Builder` and written at once. Its own searcher still reads such a segment,
document by document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from app.search.document import IndexDocument
from app.search.engines.whoosh.builder import Builder
from app.search.engines.whoosh.layout import Array, Stored, load, parted, write
from app.search.engines.whoosh.postings import Averages, Raw, impacts, merge

FIELD = "document"
EXTENSION = ".arrays"


class DocumentField(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types
    """Takes an IndexDocument, which is analysed already: Whoosh's own pool of postings gets nothing of it."""

    def __init__(self) -> None:
        self.format = formats.Frequency()
        self.scorable, self.stored, self.unique = True, True, False
        self.column_type = self.vector = self.analyzer = None
        self.multitoken_query = "default"

    def index(self, value: IndexDocument, **options: Any) -> Iterator[Any]:
        return iter(())

    def to_bytes(self, value: str | bytes) -> bytes:
        return value.encode() if isinstance(value, str) else value

    def from_bytes(self, data: bytes) -> str:
        return data.decode()


class ArraySegment(base.Segment):  # type: ignore[misc]
    """`stored` describes its one file; `deleted` are numbers of documents."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self.stored: Stored | None = None
        self.count = 0
        self.deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        return ArrayCodec(Path())

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, count: int) -> None:
        """Whoosh's count of what was added; ours, of what was written, is set already."""

    def doc_count_all(self) -> int:
        return self.count

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> set[int]:
        return self.deleted

    def is_deleted(self, number: int) -> bool:
        return number in self.deleted

    def delete_document(self, number: int, delete: bool = True) -> None:
        (self.deleted.add if delete else self.deleted.discard)(number)

    def live(self) -> Array:
        mask = np.ones(self.count, bool)
        mask[list(self.deleted)] = False
        return mask


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """One for each commit: `parts` are merged into the new segment, `averages` what it is scored with."""

    length_stats = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.builder = Builder(folder)
        self.last: dict[str, int] = {}
        self.parts: list[tuple[Raw, Array]] = []
        self.averages = Averages()

    def fresh(self) -> list[tuple[Raw, Array]]:
        """What the added documents come to; of those with the same id the last one is kept, unless it was dropped
        again.
        """
        found, number = [], 0
        for raw in self.builder.chunks():
            keep = [self.last.get(id.decode()) == place for place, id in enumerate(raw.ids, number)]
            found.append((raw, np.array(keep, bool)))
            number += raw.documents
        return found

    def write(self, segment: ArraySegment, parts: Sequence[tuple[Raw, Array]]) -> None:
        """Puts these into a segment, all in one."""
        raw = merge(parts)
        segment.count = raw.documents
        segment.stored = write(
            self.folder, segment.make_filename(EXTENSION), raw.arrays() | impacts(raw, self.averages)
        )

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> DocumentWriter:
        return DocumentWriter(self)

    def field_writer(self, storage: Any, segment: ArraySegment) -> PostingsWriter:
        return PostingsWriter(self, segment)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Terms:
        return Terms(_arrays(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Documents:
        return Documents(_arrays(storage, segment), segment)


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    def __init__(self, codec: ArrayCodec) -> None:
        self.codec = codec
        self.number = 0
        self.is_closed = False

    def start_doc(self, number: int) -> None:
        self.number = number

    def add_field(self, name: str, field: DocumentField, value: IndexDocument, length: int) -> None:
        self.codec.builder.add(value)
        self.codec.last[value.id] = self.number

    def cancel_doc(self) -> None:
        """Whoosh asks for it where a document cannot be added; the commit is given up then, and all of it with it."""

    def close(self) -> None:
        self.is_closed = True


class PostingsWriter(base.FieldWriter):  # type: ignore[misc]
    """Writes the segment's file when all documents are in."""

    def __init__(self, codec: ArrayCodec, segment: ArraySegment) -> None:
        self.codec, self.segment = codec, segment
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:
        self.codec.write(self.segment, self.codec.parts)

    def close(self) -> None:
        self.is_closed = True


def _arrays(storage: Any, segment: ArraySegment) -> dict[str, Array]:
    assert segment.stored is not None  # noqa: S101 - a segment in a TOC has been written
    return load(Path(storage.folder), segment.stored)


class Terms(base.TermsReader):  # type: ignore[misc]
    """For Whoosh's own searcher: terms and the documents that hold them."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.lexicon = parted(arrays["terms"], arrays["terms_off"])
        self.off, self.docs, self.impact = arrays["doc_off"], arrays["doc_ids"], arrays["doc_imp"]

    def _place(self, term: bytes) -> int | None:
        place = bisect_left(self.lexicon, term)
        return place if place < len(self.lexicon) and self.lexicon[place] == term else None

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] == FIELD and self._place(term[1]) is not None

    def indexed_field_names(self) -> tuple[str]:
        return (FIELD,)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((FIELD, term) for term in self.lexicon)

    def terms_from(self, name: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((FIELD, term) for term in self.lexicon[bisect_left(self.lexicon, prefix) :])

    def items(self) -> Iterator[Any]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, name: str, prefix: bytes) -> Iterator[Any]:
        return ((term, self.term_info(*term)) for term in self.terms_from(name, prefix))

    def _span(self, name: str, term: bytes) -> slice:
        place = self._place(term) if name == FIELD else None
        if place is None:
            raise TermNotFound(f"{name}:{term!r}")
        return slice(int(self.off[place]), int(self.off[place + 1]))

    def term_info(self, name: str, term: bytes) -> W3TermInfo:
        span = self._span(name, term)
        docs, impact = self.docs[span], self.impact[span]
        return W3TermInfo(
            weight=float(impact.sum()),
            df=len(docs),
            minlength=0,
            maxlength=255,
            maxweight=float(impact.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def matcher(self, name: str, term: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        span = self._span(name, term)
        return ListMatcher(
            self.docs[span].tolist(),
            self.impact[span].astype(float).tolist(),
            format=format_,
            scorer=scorer,
            term=(name, term),
            terminfo=self.term_info(name, term),
        )


class Documents(base.PerDocumentReader):  # type: ignore[misc]
    """For Whoosh's own searcher: the documents by number, each with its id as what is stored."""

    def __init__(self, arrays: dict[str, Array], segment: ArraySegment) -> None:
        self.ids = parted(arrays["ids"], arrays["ids_off"])
        self.segment = segment
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def doc_count(self) -> int:
        return int(self.segment.doc_count())

    def doc_count_all(self) -> int:
        return self.segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self.segment.deleted)

    def is_deleted(self, number: int) -> bool:
        return self.segment.is_deleted(number)

    def deleted_docs(self) -> set[int]:
        return self.segment.deleted

    def all_doc_ids(self) -> Iterator[int]:
        return (number for number in range(self.segment.count) if number not in self.segment.deleted)

    def stored_fields(self, number: int) -> dict[str, str]:
        return {FIELD: self.ids[number].decode()}

    def supports_columns(self) -> bool:
        return False

    def has_column(self, name: str) -> bool:
        return False

    def column_reader(self, name: str, column: Any) -> columns.EmptyColumnReader:
        return columns.EmptyColumnReader(None, self.segment.count)

    def field_length(self, name: str) -> int:
        return self.segment.count

    def doc_field_length(self, number: int, name: str, default: int = 0) -> int:
        return 1

    def min_field_length(self, name: str) -> int:
        return 1

    def max_field_length(self, name: str) -> int:
        return 1

    def has_vector(self, number: int, name: str) -> bool:
        return False
