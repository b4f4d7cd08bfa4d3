"""Whatever is written, removed, merged, rebuilt and reopened, and whoever asks: an engine says what the oracle says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.analysis import analyse, analyse_names
from app.search.document import NO_DAY, IndexDocument, IndexSection
from app.search.engine import Changes, Engine, IndexWriter, Request, Visibility
from app.search.engines.memory import MemoryEngine, MemoryIndex
from app.search.parser import parse
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Plan, Sequence, Term, Value, Without
from app.search.planner import plan
from app.search.query import FACETS
from app.search.results import Results

from .shelf import Index
from .test_whoosh import WhooshIndex

CLOSE = 1e-5
IDS = [f"d{number}" for number in range(9)]
# Few words, so that they meet: inflections, slips of one another, identifiers with their parts, codes.
WORDS = [
    *("disk", "disks", "diskb", "dusk", "timeout", "timeouts", "timeuot", "pod", "crash", "crashing", "connection"),
    *("KubePodCrashLooping", "kubePodCrash", "pg_stat_activity", "ORA-01555", "503", "k8s", "x509", "über", "9", "a"),
]
TOKENS = sorted({token for word in WORDS for token in analyse(word).texts} | {"absent", "timeoutt", "connectoin"})
PREFIXES = ["", "", "d", "di", "dis", "time", "kube", "ora-", "~", "ü", "zz", "~=kube", "~=d"]
DAYS = [NO_DAY, -400, 0, 20_000, 20_001]
VALUES = {"kind": ["runbook", "guide"], "service": ["db", "api", "über"], "cause": ["dns"], "severity": ["sev1"]}
MEANINGS = [np.array(each, np.float32) for each in ([1, 0, 0], [0, 0.6, 0.8], [0, 0, 0])]
ROWS = [np.array(each, np.int8).tobytes() for each in ([127, 0, 0], [0, 90, 90], [-100, 40, 60])]
SYNONYMS = {"disk": ("dusk", "pod crash"), "timeout": ("timeuot",)}

some_ids = st.frozensets(st.sampled_from(IDS))
most_ids = some_ids.map(lambda ids: frozenset(IDS) - ids) | st.just(frozenset(IDS)) | some_ids


def texts(most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), max_size=most).map(" ".join)


def _sections(pairs: list[tuple[str, str]]) -> tuple[IndexSection, ...]:
    return tuple(IndexSection(f"s{n}", analyse(heading), analyse(body)) for n, (heading, body) in enumerate(pairs))


documents = st.builds(
    IndexDocument,
    id=st.sampled_from(IDS),
    revision=st.integers(1, 99),
    title=texts(3).map(analyse),
    alerts=texts(2).map(analyse) | st.lists(st.sampled_from(WORDS), max_size=2).map(analyse_names),
    sections=st.lists(st.tuples(texts(2), texts(7)), max_size=3).map(_sections),
    day=st.sampled_from(DAYS),
    facets=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(values), unique=True).map(tuple) for name, values in sorted(VALUES.items())
        },
    ),
    meaning=st.lists(st.sampled_from(ROWS), max_size=3).map(tuple),
)

terms = st.lists(
    st.builds(Term, st.sampled_from(TOKENS), st.sampled_from([1.0, 0.6, 0.25]), st.sampled_from(list(Evidence)[:4])),
    max_size=3,
).map(tuple)
groups = st.builds(Group, terms, st.sampled_from(PREFIXES), st.sampled_from(["", *TOKENS]))
# Parts of identifiers stand side by side wherever those are written; other pairs now and then.
SIDE_BY_SIDE = [
    ("kube", "pod"),
    ("pod", "crash", "~loop"),
    ("stat", "activity"),
    ("ora",),
    ("~disk",),
    ("disk", "disk"),
]
phrases = (st.sampled_from(SIDE_BY_SIDE) | st.lists(st.sampled_from(TOKENS), max_size=3)).flatmap(
    lambda tokens: st.builds(
        Sequence,
        st.just(tuple(tokens)),
        st.just(tuple(range(len(tokens)))),
        st.just(tuple(Term(token, 1.0) for token in dict.fromkeys(tokens))),
    )
)
values = st.sampled_from([(name, value) for name in VALUES for value in (*VALUES[name], "none")]).map(
    lambda pair: Value(*pair)
)
ends = st.none() | st.sampled_from(DAYS)
counts = st.integers(0, 3)
nodes: st.SearchStrategy[Node] = st.recursive(
    groups | phrases | values | st.builds(Days, ends, ends),
    lambda inner: (
        st.builds(Without, inner) | st.builds(AtLeast, st.lists(inner, max_size=3).map(tuple), counts, counts)
    ),
    max_leaves=4,
)
asked = st.lists(
    st.sampled_from(
        [*WORDS, '"pod crash"', '"disk"', "-disk", "OR", "kind:runbook", "-service:db", "after:2024", "disc", "kub"]
    ),
    min_size=1,
    max_size=4,
).map(lambda words: plan(parse(" ".join(words)), SYNONYMS, typing=True))
plans = (
    st.lists(nodes, max_size=3) | st.lists(groups, min_size=1, max_size=3) | st.lists(phrases, min_size=1, max_size=1)
)


def _mask(ids: frozenset[str]) -> Visibility:
    return Visibility(ids, lambda: ids)


questions = st.builds(
    Request,
    plan=st.builds(Plan, plans.map(tuple), st.booleans()) | asked,
    visible=most_ids.map(_mask),
    reference=most_ids.map(_mask),
    limit=st.sampled_from([3, 100]),
    offset=st.sampled_from([0, 0, 2]),
    facets=st.sampled_from([(), FACETS]),
    meaning=st.none() | st.sampled_from(MEANINGS),
)


@dataclass(frozen=True)
class Commit:
    changes: Changes
    reference: frozenset[str]


@dataclass(frozen=True)
class Rebuild:
    batches: list[Changes]
    reference: frozenset[str]


@dataclass(frozen=True)
class Reopen:
    pass


changes = st.builds(
    Changes,
    documents=st.lists(documents, max_size=3).map(tuple),
    removed=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    revision=st.integers(0, 999),
    secret=st.booleans(),
)
commits = st.builds(Commit, changes, most_ids)
edits = commits | commits | commits | st.builds(Rebuild, st.lists(changes, max_size=3), most_ids) | st.builds(Reopen)
# The first fills the index: an empty one has little to say.
fillings = st.builds(
    Commit, st.builds(Changes, documents=st.lists(documents, min_size=3, max_size=8).map(tuple)), most_ids
)
steps = st.tuples(edits, st.lists(questions, min_size=1, max_size=3))
sequences = st.tuples(st.tuples(fillings, st.lists(questions, max_size=3)), st.lists(steps, max_size=7)).map(
    lambda both: [both[0], *both[1]]
)


class Pair:
    """An index and the oracle, to which the same is done."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.oracle_index = MemoryIndex()
        self.oracle: MemoryEngine = self.oracle_index.reader()
        self._open()

    def _open(self) -> None:
        self.writers: list[IndexWriter] = [self.index.writer(), self.oracle_index.writer()]
        self.reader: Engine = self.index.reader()

    def close(self) -> None:
        for writer in self.writers:
            writer.close()
        self.reader.close()

    def apply(self, edit: Commit | Rebuild | Reopen) -> None:
        match edit:
            case Commit(changes, reference):
                for writer in self.writers:
                    writer.commit(changes, reference)
            case Rebuild(batches, reference):
                for writer in self.writers:
                    writer.rebuild(iter(batches), reference)
            case Reopen():
                self.close()
                self._open()

    def check_state(self) -> None:
        held, oracle = (writer.revisions() for writer in self.writers)
        assert held == oracle
        state, expected = self.reader.state(), self.oracle.state()
        assert (state.documents, state.revision) == (expected.documents, expected.revision)

    def check(self, request: Request) -> None:
        found, expected = self.reader.search(request), self.oracle.search(request)
        assert found.total == expected.total
        assert found.facets == expected.facets
        assert found.corrections == expected.corrections
        assert found.tokens == expected.tokens
        assert len(found.hits) == len(expected.hits)
        assert found.best == pytest.approx(expected.best, rel=CLOSE) or not request.limit
        self._check_shares(found, request)
        words = [("disk", "~disk"), ("absent",), ("pod", "absent", "kubepodcrash"), ()]
        assert self.reader.holding(request.visible, words) == self.oracle.holding(request.visible, words)
        everything = replace(request, limit=len(IDS), offset=0, facets=())
        self._check_order(found, self.reader.search(everything), self.oracle.search(everything), request)

    def _check_shares(self, found: Results, request: Request) -> None:
        """They add up to the score by letters, in both."""
        shares = self.reader.explain(request, found.hits)
        expected = self.oracle.explain(request, found.hits)
        for hit in found.hits:
            total = sum(share.points for share in shares[hit.id])
            assert total == pytest.approx(sum(share.points for share in expected[hit.id]), rel=1e-4, abs=1e-5)
            if request.meaning is None:
                assert total == pytest.approx(hit.score, rel=1e-4, abs=1e-5)

    def _check_order(self, page: Results, found: Results, expected: Results, request: Request) -> None:
        scores = {hit.id: hit.score for hit in expected.hits}
        evidence = {hit.id: hit.evidence for hit in expected.hits}
        assert {hit.id for hit in found.hits} == scores.keys()
        assert list(page.hits) == list(found.hits[request.offset : request.offset + request.limit])
        for hit in found.hits:
            assert hit.score == pytest.approx(scores[hit.id], rel=CLOSE)
            assert hit.evidence == evidence[hit.id]
        for first, second in pairwise(found.hits):
            assert first.evidence <= second.evidence
            if first.evidence == second.evidence:
                assert scores[first.id] >= scores[second.id] * (1 - CLOSE)
            if (first.evidence, first.score) == (second.evidence, second.score):
                assert (-self._day(first.id), first.id) < (-self._day(second.id), second.id)
        anchors = {hit.id: hit.anchor for hit in expected.hits}
        for hit in found.hits:
            if hit.anchor != anchors[hit.id]:
                sections = self.oracle.section_scores(request, hit.id)
                assert sections[hit.anchor] == pytest.approx(sections[anchors[hit.id]], rel=CLOSE)

    def _day(self, id: str) -> int:
        return self.oracle_index.commit.held[id].document.day


def follow(make: Callable[[Path], Index], sequence: list[tuple[Commit | Rebuild | Reopen, list[Request]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(make(Path(folder)))
        try:
            for edit, requests in sequence:
                pair.apply(edit)
                pair.check_state()
                for request in requests:
                    pair.check(request)
        finally:
            pair.close()


ENGINES = pytest.mark.parametrize("make", [lambda folder: WhooshIndex(folder / "index")], ids=["whoosh"])
RELAXED = [HealthCheck.too_slow, HealthCheck.data_too_large]


@ENGINES
@settings(max_examples=100, deadline=None, suppress_health_check=RELAXED)
@given(sequence=sequences)
def test_any_sequence_gives_what_the_oracle_gives(
    make: Callable[[Path], Index], sequence: list[tuple[Commit | Rebuild | Reopen, list[Request]]]
) -> None:
    follow(make, sequence)


@pytest.mark.long
@pytest.mark.timeout(1800)
@ENGINES
@settings(max_examples=1000, deadline=None, suppress_health_check=RELAXED)
@given(sequence=sequences)
def test_a_thousand_sequences_give_what_the_oracle_gives(
    make: Callable[[Path], Index], sequence: list[tuple[Commit | Rebuild | Reopen, list[Request]]]
) -> None:
    follow(make, sequence)
