from __future__ import annotations

import pytest

from app.search.engines.memory import MemoryIndex

from .suite import EngineSuite


class TestMemory(EngineSuite):
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return MemoryIndex()
