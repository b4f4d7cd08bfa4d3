from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.search.engine import Engine, IndexWriter
from app.search.engines.whoosh import open_reader, open_writer

from .suite import EngineSuite


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
