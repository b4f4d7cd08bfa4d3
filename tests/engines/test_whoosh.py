from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.search.engine import Changes, Engine, IndexWriter, Request, Visibility
from app.search.engines.whoosh import open_reader, open_writer
from app.search.meaning import SHIPPED
from app.search.plan import Plan

from .shelf import document, word
from .suite import EngineSuite, rows


@dataclass(frozen=True)
class WhooshIndex:
    folder: Path

    def writer(self) -> IndexWriter:
        return open_writer(self.folder)

    def reader(self) -> Engine:
        return open_reader(self.folder)


class TestWhoosh(EngineSuite):
    @pytest.fixture
    def index(self, tmp_path: Path) -> WhooshIndex:
        return WhooshIndex(tmp_path / "index")


def test_a_question_in_anothers_vectors_is_answered_by_letters(tmp_path: Path) -> None:
    writer = open_writer(tmp_path)
    documents = document("a", "etcd", meaning=rows((0, 1))), document("b", "etcd", meaning=rows((1, 0)))
    writer.commit(Changes(documents), frozenset())
    writer.close()
    reader = open_reader(tmp_path)
    all_of_it = Visibility("all", lambda: frozenset({"a", "b"}))

    def first(vector: tuple[float, ...], whose: str) -> str:
        meaning = np.array(vector, np.float32)
        asked = Request(Plan((word("etcd"),)), all_of_it, all_of_it, meaning=meaning, meant_by=whose)
        return reader.search(asked).hits[0].id

    assert first((1, 0), SHIPPED.name) == "b"
    assert [first((1, 0), "another"), first((1, 0, 0), "another")] == ["a", "a"]
    reader.close()
