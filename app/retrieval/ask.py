"""A question put to the engine, and put more loosely where nothing answers all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from app.errors import Invalid
from app.search.analysis import analyse, parts, whole
from app.search.engine import Engine, Request
from app.search.likeness import Vector
from app.search.meaning import Meaning
from app.search.parser import unquoted
from app.search.plan import Plan, as_written
from app.search.planner import last_word, plan, telling
from app.search.query import Clause, Phrase, Query, Word
from app.search.results import Results

# So many words are tried with some of them left out; of more any are enough.
MOST_RELAXED = 4
Synonyms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Answered:
    """`left_out`: the words without which it was asked in the end. `loosely`: nothing holds half of the words.
    `unquoted`: nothing holds a phrase, and its words were looked for one by one. `hurried`: what it means takes long to
    tell and was left out, so that there is a better order of the same hits.
    """

    results: Results
    request: Request
    left_out: tuple[str, ...] = ()
    loosely: bool = False
    unquoted: bool = False
    hurried: bool = False


@dataclass(frozen=True)
class Asking:
    """What all the ways of putting one question share. `request`'s plan is filled in; `narrowed` stands beside it.
    `hurried`: it is asked as one types, so that only what is fast takes part. `pasted`: it is what a machine wrote, so
    that no word is mistyped or unfinished, and nobody counts how many documents hold half of it.
    """

    engine: Engine
    request: Request
    narrowed: Plan
    synonyms: Synonyms
    hurried: bool = False
    pasted: bool = False

    def answer(self, query: Query, typing: bool) -> Answered:
        asked = self._ask(query, typing)
        if self.pasted and asked.results.hits:
            return asked
        if not typing and not self.pasted and _unknown(last_word(query), asked.results):
            # Three letters and Enter: what was not finished is completed before it is taken for a mistake.
            typing = True
            asked = self._ask(query, typing)
        if asked.results.total:
            return asked
        if asked.results.hits:
            return replace(self._ask(query, typing, loosely=True), loosely=True)
        looser = self._without_some(query, typing)
        if looser is None and any(isinstance(clause, Phrase) for clause in query.clauses):
            # Quotation marks come with what is pasted, and are seldom meant.
            looser = self._unquoted(query, typing)
        return looser if looser is not None and looser.results.hits else asked

    def _unquoted(self, query: Query, typing: bool) -> Answered | None:
        """The answer to the words of its phrases. A single one that is quoted is meant as it is, or left out."""
        words = unquoted(query)
        if not any(isinstance(clause, Word | Phrase) for clause in words.clauses):
            return None
        phrases = [clause.text for clause in query.clauses if isinstance(clause, Phrase)]
        single = tuple(text for text in phrases if len(text.split()) == 1)
        answered = self.answer(words, typing)
        return replace(answered, left_out=(*single, *answered.left_out), unquoted=len(single) < len(phrases))

    def _ask(self, query: Query, typing: bool, loosely: bool = False) -> Answered:
        planned = plan(query, self.synonyms, typing, loosely)
        if self.pasted:
            planned = as_written(planned)
        asked = Plan((*planned.nodes, *self.narrowed.nodes), planned.ordered)
        request = replace(self.request, plan=asked)
        # One word is what its letters say.
        meaning = self.engine.meaning if len(telling(query)) > 1 else None
        hurried = self.hurried and meaning is not None and not meaning.fast
        if meaning is not None and not hurried:
            request = _meant(query, request, meaning)
        results = self.engine.search(request)
        several = request.offset + len(results.hits) > 1
        return Answered(results, request, hurried=hurried and several and results.best > 0)

    def _without_some(self, query: Query, typing: bool) -> Answered | None:
        """The best answer to as many of a few words as anything holds together."""
        asked = telling(query)
        if len(asked) == 1 and not self.hurried and len(pieces := parts(asked[0].text)) > 1:
            # A name that stands nowhere: its parts may. One that is still being typed has no parts yet.
            asked, typing = [Word(piece) for piece in dict.fromkeys(pieces)], False
            query = replace(
                query, clauses=(*asked, *(clause for clause in query.clauses if not isinstance(clause, Word)))
            )
        if not 2 <= len(asked) <= MOST_RELAXED:
            return None
        for size in range(1, len(asked)):
            answers = [
                replace(self._ask(_left(query, out), typing), left_out=tuple(word.text for word in out))
                for out in combinations(asked, size)
            ]
            found = [answer for answer in answers if answer.results.hits]
            if found:
                return max(found, key=lambda answer: answer.results.best)
        return None


def _meant(query: Query, request: Request, meaning: Meaning) -> Request:
    """The request with what the question means."""
    said = [clause.text for clause in query.clauses if isinstance(clause, Word | Phrase)]
    try:
        vector: Vector = meaning.encode([" ".join(said)])[0]
    except Invalid:
        # A model that cannot be used: the log says why, and letters answer.
        return request
    return replace(request, meaning=vector, meant_by=meaning.name) if vector.any() else request


def _left(query: Query, out: tuple[Word, ...]) -> Query:
    return Query(tuple(clause for clause in query.clauses if clause not in out), query.messages)


def _unknown(word: Word | None, results: Results) -> bool:
    """Whether nothing that the viewer may see holds a word as it was written."""
    return word is not None and results.tokens.isdisjoint(analyse(word.text).texts)


def instead(query: Query, corrected: Mapping[str, tuple[str, ...]]) -> Query | None:
    """The question with its corrected words as phrases, which are not corrected; None where none was corrected."""

    def exact(clause: Clause) -> Clause:
        if not isinstance(clause, Word):
            return clause
        pieces = [piece for raw in clause.text.split() for piece in (*parts(raw), whole(raw) or "")]
        return Phrase(clause.text) if not corrected.keys().isdisjoint(pieces) else clause

    return replace(query, clauses=tuple(map(exact, query.clauses))) if corrected else None
