"""SQLite's FTS5. Folding, visibility and counts are done around it in NumPy."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.search.plan import Plan
from app.search.weights import TYPO_TOKENS, typo_distance
from tests.bench.corpus import Text
from tests.bench.job import WEIGHTS, Answer, Facts, analysed, groups, phrases

# Everything in our tokens that is no letter or digit; with it the tokenizer splits at blanks only.
_TOKENIZER = "ascii tokenchars '~-./:@+_'"


class Fts5:
    """Two tables, of sections and of documents, each with bm25() weighted by field; prefixes of three letters have an
    index of their own. Folding, the visibility filter and facets are done around it in NumPy. It has no weights for
    terms, so a stem counts as much as the word; nor typos, so the vocabulary is read once and asked with rapidfuzz.
    """

    name = "fts5"

    def build(self, texts: Sequence[Text], folder: Path) -> None:
        self.facts = Facts(texts)
        self.database = sqlite3.connect(folder / "fts5.db")
        _table(self.database, "section", ("heading", "body"))
        _table(self.database, "document", ("title", "heading", "body"))
        section = 0
        for number, document in enumerate(analysed(texts)):
            whole = (number, document.title, document.headings, document.bodies)
            self.database.execute("INSERT INTO document(rowid, title, heading, body) VALUES (?, ?, ?, ?)", whole)
            rows = [(section + offset, *fields) for offset, fields in enumerate(document.sections)]
            self.database.executemany("INSERT INTO section(rowid, heading, body) VALUES (?, ?, ?)", rows)
            section += len(rows)
        for table in ("section", "document"):
            self.database.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        self.database.commit()
        self.database.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, document, row)")
        self.known = {token for (token,) in self.database.execute("SELECT term FROM vocabulary")}
        self.plain = [token for token in self.known if not token.startswith("~")]

    def search(self, plan: Plan, facets: bool) -> Answer:
        asked = self._text(plan)
        sections, scores = self._matches("section", asked)
        documents, wholes = self._matches("document", asked)
        whole = np.zeros(len(self.facts.ids))
        whole[documents] = wholes
        return self.facts.answer(self.facts.best(sections, scores), whole, facets)

    def close(self) -> None:
        self.database.close()

    def _matches(self, table: str, asked: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        rows = self.database.execute(f"SELECT rowid, -rank FROM {table} WHERE {table} MATCH ?", (asked,)).fetchall()
        if not rows:
            return np.zeros(0, np.int64), np.zeros(0)
        numbers, scores = zip(*rows, strict=True)
        return np.array(numbers), np.array(scores)

    def _text(self, plan: Plan) -> str:
        clauses: list[str] = []
        for group in groups(plan):
            tokens = [term.token for term in group.terms]
            clauses += map(_quoted, tokens)
            if group.prefix:
                clauses.append(_quoted(group.prefix) + "*")
            elif group.typo and self.known.isdisjoint(tokens):
                clauses += map(_quoted, self._near(group.typo))
        clauses += (" + ".join(map(_quoted, phrase)) for phrase in phrases(plan))
        return " OR ".join(clauses)

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
