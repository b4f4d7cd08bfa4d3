"""SQLite's FTS5. Folding, visibility, filters and counts are done around it in NumPy."""

from __future__ import annotations

import sqlite3
from itertools import combinations
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.search.plan import AtLeast, Group, Node, Plan
from app.search.plan import Sequence as Phrase
from app.search.weights import TYPO_TOKENS, typo_distance
from tests.bench.facts import Facts
from tests.bench.job import MEANING, WEIGHTS, Answer, Source, asked, leaves, phrase
from tests.bench.stored import Clocked

# Everything in our tokens that is no letter or digit; with it the tokenizer splits at blanks only.
_TOKENIZER = "ascii tokenchars '~-./:@+_'"


class Fts5:
    """Two tables, of sections and of documents, each with bm25() weighted by field; prefixes of three letters have an
    index of their own. Folding, the visibility filter, other filters and facets are done around it in NumPy. It has no
    weights for terms, so a stem counts as much as the word; nor typos, so the vocabulary is read once and asked with
    rapidfuzz. Where some but not all words are needed, each is asked for alone and they are counted.
    """

    name = "fts5"
    lacks = frozenset({MEANING})

    def build(self, source: Source, folder: Path) -> float:
        begun = perf_counter()
        database = sqlite3.connect(folder / "fts5.db")
        _table(database, "section", ("heading", "body"))
        _table(database, "document", ("title", "heading", "body"))
        documents = Clocked(source.analysed())
        section = 0
        for number, document in enumerate(documents):
            whole = (number, document.title, document.headings, document.bodies)
            database.execute("INSERT INTO document(rowid, title, heading, body) VALUES (?, ?, ?, ?)", whole)
            rows = [(section + offset, *fields) for offset, fields in enumerate(document.sections)]
            database.executemany("INSERT INTO section(rowid, heading, body) VALUES (?, ?, ?)", rows)
            section += len(rows)
        for table in ("section", "document"):
            database.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        database.commit()
        database.close()
        return perf_counter() - begun - documents.seconds

    def open(self, source: Source, folder: Path) -> None:
        self.facts = Facts(source.texts())
        self.database = sqlite3.connect(folder / "fts5.db")
        self.database.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, document, row)")
        self.known = {token for (token,) in self.database.execute("SELECT term FROM vocabulary")}
        self.plain = [token for token in self.known if not token.startswith("~")]

    def search(self, plan: Plan, facets: bool, meant: str = "") -> Answer:
        wanted = asked(plan)
        any_of = " OR ".join(map(self._text, leaves(wanted)))
        sections, scores = self._matches("section", any_of)
        together = wanted.needed in (1, len(wanted.nodes))
        documents, wholes = self._matches("document", self._text(wanted) if together else any_of)
        whole = np.zeros(len(self.facts.ids))
        whole[documents] = wholes
        matches = whole > 0 if together else self._holding(wanted) >= wanted.needed
        return self.facts.answer(plan, matches, self.facts.best(sections, scores), whole, facets)

    def _matches(self, table: str, asked: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        rows = self.database.execute(f"SELECT rowid, -rank FROM {table} WHERE {table} MATCH ?", (asked,)).fetchall()
        if not rows:
            return np.zeros(0, np.int64), np.zeros(0)
        numbers, scores = zip(*rows, strict=True)
        return np.array(numbers), np.array(scores)

    def _holding(self, wanted: AtLeast) -> NDArray[np.int64]:
        """How many of the words each document holds."""
        counts = np.zeros(len(self.facts.ids), np.int64)
        for word in map(self._text, wanted.nodes):
            rows = self.database.execute("SELECT rowid FROM document WHERE document MATCH ?", (word,)).fetchall()
            counts[[number for (number,) in rows]] += 1
        return counts

    def _text(self, node: Node) -> str:
        if isinstance(node, AtLeast):
            ways = combinations(map(self._text, node.nodes), node.needed)
            return f"({' OR '.join('(' + ' AND '.join(way) + ')' for way in ways)})"
        if isinstance(node, Phrase):
            return " + ".join(map(_quoted, phrase(node)))
        assert isinstance(node, Group)
        tokens = [term.token for term in node.terms]
        found = [*map(_quoted, tokens)]
        if node.prefix:
            found.append(_quoted(node.prefix) + "*")
        elif node.typo and self.known.isdisjoint(tokens):
            found += map(_quoted, self._near(node.typo))
        return f"({' OR '.join(found)})"

    def _near(self, word: str) -> list[str]:
        found = extract(word, self.plain, scorer=OSA.distance, score_cutoff=typo_distance(word), limit=TYPO_TOKENS)
        return [token for token, _, _ in found]


def _table(database: sqlite3.Connection, name: str, fields: tuple[str, ...]) -> None:
    """A table without the texts, whose rank is weighted by field."""
    columns = ", ".join(fields)
    weights = ", ".join(str(WEIGHTS[field]) for field in fields)
    tokenizer = _TOKENIZER.replace("'", "''")
    database.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, content='', prefix='3', tokenize='{tokenizer}')"
    )
    database.execute(f"INSERT INTO {name}({name}, rank) VALUES ('rank', 'bm25({weights})')")


def _quoted(token: str) -> str:
    return f'"{token}"'
