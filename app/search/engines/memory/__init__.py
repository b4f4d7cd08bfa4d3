"""The index in plain Python, brute force: what `app.search.engine` says, to the letter. The oracle of all others."""

from __future__ import annotations

from app.search.engines.memory.index import MemoryEngine, MemoryIndex

__all__ = ["MemoryEngine", "MemoryIndex"]
