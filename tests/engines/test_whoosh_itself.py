"""What stays Whoosh's: its own searcher reads our segments; what stays ours: who only searches never loads it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import And, Or, Prefix, Term

from app.search.engine import Changes, Request, Visibility
from app.search.engines.whoosh import open_reader, open_writer
from app.search.engines.whoosh.generation import newest
from app.search.plan import AtLeast, Group, Plan
from app.search.plan import Term as Token

from .shelf import document

WORDS = ("pool", "exhausted", "etcd", "leader", "disk", "full")
SEARCHER = """
import sys
from pathlib import Path
from app.search.engine import Request, Visibility
from app.search.engines.whoosh import open_reader
from app.search.plan import Plan

everything = Visibility("all", lambda: frozenset({"d1"}))
reader = open_reader(Path(sys.argv[1]))
assert reader.search(Request(Plan(), everything, everything)).total == 1
print(any(name == "whoosh" or name.startswith("whoosh.") for name in sys.modules))
"""


def filled(folder: Path) -> None:
    writer = open_writer(folder)
    everything = frozenset(f"d{number}" for number in range(24))
    for first in range(0, 24, 4):
        documents = tuple(
            document(f"d{number}", " ".join(word for place, word in enumerate(WORDS) if number % (place + 2) == 0))
            for number in range(first, first + 4)
        )
        writer.commit(Changes(documents, (), first), everything)
    writer.commit(Changes((document("d6", "etcd"),), ("d12",), 24), everything)
    writer.close()


def test_whooshs_own_searcher_finds_the_same_documents(tmp_path: Path) -> None:
    filled(tmp_path)
    found = newest(tmp_path)
    assert found is not None
    reader = open_reader(tmp_path)
    everything = Visibility("all", lambda: frozenset(f"d{number}" for number in range(24)))

    def ours(*words: str) -> set[str]:
        plan = Plan((AtLeast(tuple(Group((Token(word, 1.0),)) for word in words)),))
        return {hit.id for hit in reader.search(Request(plan, everything, everything, limit=50)).hits}

    with FileIndex(FileStorage(str(found[0]))).searcher() as searcher:

        def theirs(query: object) -> set[str]:
            return {hit["document"] for hit in searcher.search(query, limit=None)}

        for word in WORDS:
            assert theirs(Term("document", word)) == ours(word)
        for one, other in itertools.pairwise(WORDS):
            assert theirs(Or([Term("document", one), Term("document", other)])) == ours(one, other)
            assert theirs(And([Term("document", one), Term("document", other)])) == ours(one) & ours(other)
        assert theirs(Prefix("document", "exh")) == ours("exhausted")


def test_who_only_searches_never_loads_whoosh(tmp_path: Path) -> None:
    writer = open_writer(tmp_path)
    writer.commit(Changes((document("d1", "etcd"),), (), 1), frozenset({"d1"}))
    writer.close()
    said = subprocess.run([sys.executable, "-c", SEARCHER, str(tmp_path)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
