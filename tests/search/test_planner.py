from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search import weights
from app.search.analysis import NAME_MARK, analyse, analyse_names
from app.search.document import IndexDocument, IndexSection
from app.search.engine import Changes, Request, Visibility
from app.search.engines.memory import MemoryEngine, MemoryIndex
from app.search.parser import MOST_TEXT, parse
from app.search.plan import AtLeast, Days, Evidence, Group, Node, Plan, Value, Without
from app.search.plan import Sequence as Phrase
from app.search.planner import Synonyms, plan
from app.search.query import FACETS

from .test_parser import texts

SYNONYMS = {"db": ("database",), "oom": ("out of memory", "oomkilled")}


def planned(text: str, synonyms: Synonyms | None = None, typing: bool = False) -> tuple[Node, ...]:
    return plan(parse(text), synonyms, typing).nodes


def groups(nodes: Sequence[Node]) -> Iterator[Group]:
    """All that are looked up, but for the question as a name."""
    for node in nodes:
        if isinstance(node, Group):
            yield node
        elif isinstance(node, AtLeast) and node.needed:
            yield from groups(node.nodes)


def phrases(nodes: Sequence[Node]) -> Iterator[Phrase]:
    for node in nodes:
        if isinstance(node, Phrase):
            yield node
        elif isinstance(node, AtLeast):
            yield from phrases(node.nodes)


def looked_up(text: str) -> list[str]:
    """The plain first token of each word."""
    return [group.terms[0].token for group in groups(planned(text))]


def term_weights(group: Group) -> dict[str, float]:
    """Without what a name is found by as a whole."""
    return {term.token: term.weight for term in group.terms if not term.token.startswith(NAME_MARK)}


def test_a_word_is_looked_up_exactly_then_by_stem_then_by_synonym() -> None:
    (group,) = groups(planned("oom", SYNONYMS))
    assert term_weights(group) == {
        "oom": weights.EXACT,
        "~oom": weights.STEM,
        "~oomkil": weights.SYNONYM / 2,
    }
    (words,) = (phrase for phrase in phrases(planned("oom", SYNONYMS)))
    assert words.tokens == ("out", "of", "memory")
    assert sum(term.weight for term in words.terms) == pytest.approx(weights.SYNONYM / 2)
    assert weights.EXACT > weights.STEM > weights.SYNONYM


def test_a_word_without_a_stem_counts_as_much_as_one_with() -> None:
    (group,) = groups(planned("503"))
    assert term_weights(group) == {"503": weights.EXACT + weights.STEM}


def test_an_identifier_is_looked_up_whole_and_in_parts() -> None:
    assert looked_up("KubePodCrashLooping") == ["kubepodcrashlooping", "kube", "pod", "crash", "looping"]
    assert looked_up("ORA-01555") == ["ora-01555", "ora", "01555"]


def test_a_word_said_twice_is_looked_up_once() -> None:
    assert looked_up("disk pg_disk Disk") == ["disk", "pg_disk", "pg"]


def test_words_that_tell_nothing_are_left_out_beside_others() -> None:
    assert looked_up("why is the pool exhausted") == ["pool", "exhausted"]


@pytest.mark.parametrize("text", ["what is it", "is,it", "10:30,11:30", "12 34", "a,b", "msg=", "how-to"])
def test_where_nothing_tells_everything_is_looked_up(text: str) -> None:
    assert looked_up(text)


@pytest.mark.parametrize(
    "line",
    [
        "2026-08-03T10:30:00Z ERROR connection refused 10.1.2.3:5432",
        "Aug 10:30:00.123 connection refused 7f3a9c2e11 after 300ms",
        "connection refused (4,17) 1234567 550e8400-e29b-41d4-a716-446655440000",
        "level=error ts=2026-08-03 connection refused duration=1.5s",
        "the connection was refused 0x7ffd1a2b",
        'level=warn msg="connection refused" err="used 94.2% of 14.25"',
    ],
)
def test_what_differs_in_every_log_line_is_left_out(line: str) -> None:
    found = looked_up(line)
    assert {"connection", "refused"} <= set(found)
    assert [token for token in found if any(sign.isdigit() for sign in token)] == []


@pytest.mark.parametrize(
    ("text", "token"),
    [
        *(("HTTP 503 from checkout", "503"), ("port 5432 refused", "5432"), ("oracle ORA-01555", "ora-01555")),
        *(("upgrade kubernetes 1.29.3", "1.29.3"), ("upgrade etcd v3.5.9", "v3.5.9"), ("node k8s down", "k8s")),
    ],
)
def test_codes_ports_and_versions_are_kept(text: str, token: str) -> None:
    assert token in looked_up(text)


def test_numbers_and_ids_are_not_corrected() -> None:
    assert {group.typo for group in groups(planned("kafka 5432 ORA-01555"))} == {"kafka", "ora", ""}


def test_the_last_word_is_completed_while_it_is_typed_and_so_are_names_of_alerts() -> None:
    assert [group.prefix for group in groups(planned("pool exh", typing=True))] == ["", "exh", "~=exh"]
    assert [group.prefix for group in groups(planned("pool exh"))] == ["", ""]
    assert [group.prefix for group in groups(planned("pg_st", typing=True))] == ["pg_st", "~=pg_st", "", ""]
    # A facet's link stands behind the word that was being typed.
    assert [group.prefix for group in groups(planned("pool kind:guide", typing=True))] == ["pool", "~=pool"]


def test_an_unfinished_word_is_completed_even_where_it_tells_nothing_yet() -> None:
    assert [group.prefix for group in groups(planned("disk i", typing=True))] == ["", "i", "~=i"]


def test_operators_become_their_nodes() -> None:
    nodes = planned('"connection reset" -disk kind:guide after:1970-01-11 before:1970-01-21 pool OR 503')
    phrase, without, value, since, until, either = nodes
    assert isinstance(phrase, Phrase)
    assert phrase.tokens == ("connection", "reset")
    assert isinstance(without, Without)
    assert (value, since, until) == (Value("kind", "guide"), Days(first=10), Days(end=20))
    assert isinstance(either, AtLeast)
    assert len(list(groups(either.nodes))) == 2


def test_what_cannot_be_looked_up_finds_nothing_rather_than_everything() -> None:
    # An Arabic ligature that is written as a space and two signs, none of them a letter.
    assert planned("\ufc5e") == (AtLeast(()),)
    assert planned("") == ()


@pytest.mark.parametrize("unit", ["ab{}.", "abcd{} ", "abcd{}/e", '"abcd{} x" '])
def test_a_plan_stays_small(unit: str) -> None:
    text = "".join(unit.format(number) for number in range(MOST_TEXT // 4))
    nodes = planned(text)
    assert len(nodes) <= 70
    assert all(len(node.tokens) <= 70 for node in nodes if isinstance(node, Phrase))
    quoted = planned(f'"{text.replace(chr(34), "")}"'[:MOST_TEXT])
    assert all(len(node.tokens) <= 70 for node in quoted if isinstance(node, Phrase))


BODIES = {
    "exact": "the database timeout of KubePodCrashLooping",
    "stem": "database timeouts with 503",
    "part": "a pod with a crash in pg_stat_activity",
    "other": "connection reset by peer x509 ünï a b",
}


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    index = MemoryIndex()
    documents = tuple(
        IndexDocument(id, 1, analyse(id), analyse(""), (IndexSection("s", analyse(""), analyse(body)),))
        for id, body in BODIES.items()
    )
    index.writer().commit(Changes(documents), frozenset())
    return index.reader()


EVERYBODY = Visibility("all", lambda: frozenset(BODIES))


def search(engine: MemoryEngine, nodes: Plan) -> list[str]:
    return [hit.id for hit in engine.search(Request(nodes, EVERYBODY, EVERYBODY, facets=FACETS)).hits]


def test_the_exact_word_ranks_before_its_stem_and_the_whole_name_before_its_parts(engine: MemoryEngine) -> None:
    assert search(engine, plan(parse("timeout"))) == ["exact", "stem"]
    assert search(engine, plan(parse("KubePodCrashLooping"))) == ["exact"]
    assert search(engine, plan(parse("KubePodCrash"))) == ["exact", "part"]


@given(text=texts, typing=st.booleans())
@settings(max_examples=300, deadline=2000)
def test_any_text_is_answered(engine: MemoryEngine, text: str, typing: bool) -> None:
    found = search(engine, plan(parse(text), SYNONYMS, typing))
    assert set(found) <= BODIES.keys()


@pytest.mark.parametrize(
    "unit", ["a.", "abcd{} ", "-abcd{} ", '"ab {}" ', "abcd{} OR ", "kind:x{} ", "\x00\ufffe", "é"]
)
def test_a_very_long_text_is_answered(engine: MemoryEngine, unit: str) -> None:
    text = "".join(unit.format(number) for number in range(100_000 // len(unit)))
    found = search(engine, plan(parse(text), SYNONYMS, typing=True))
    assert set(found) <= BODIES.keys()


def test_words_side_by_side_are_known_by_their_short_name() -> None:
    known = {"out of memory": ("oom",), "oom": ("out of memory",)}
    tokens = {term.token for group in groups(planned("killed: out of memory", known)) for term in group.terms}
    assert "~oom" in tokens
    assert "~oom" not in {term.token for group in groups(planned("memory out", known)) for term in group.terms}


def test_all_that_says_the_same_weighs_no_more_than_one_synonym() -> None:
    known = {"db": ("database", "datastore", "data base", "rdbms")}
    terms = next(groups(planned("db", known))).terms
    others = [term.weight for term in terms if term.token not in ("db", "~db", "~=db")]
    others += [term.weight for phrase in phrases(planned("db", known)) for term in phrase.terms]
    assert sum(others) <= weights.SYNONYM + 1e-9 < weights.STEM


def test_one_long_name_does_not_stand_for_the_words_of_another() -> None:
    known = {"pool exhausted": ("too many connections", "pgbouncer")}
    tokens = {term.token for group in groups(planned("pool exhausted", known)) for term in group.terms}
    assert "~pgbouncer" in tokens
    assert tokens.isdisjoint({"~connect", "~mani"})


def together(text: str) -> tuple[int, int, int]:
    """Of how many words how many are needed, and how many are needed where it is counted."""
    words = planned(text)[0]
    assert isinstance(words, AtLeast)
    return len(words.nodes), words.needed, words.counted


def test_of_up_to_three_words_all_are_needed_and_of_more_half_are_counted() -> None:
    assert together("pool") == (1, 1, 0)
    assert together("the pool is exhausted again") == (3, 3, 0)
    assert together("pool exhausted checkout latency") == (4, 1, 2)
    assert together("pool exhausted checkout latency errors") == (5, 1, 3)


def test_a_name_counts_as_one_word_and_most_of_its_parts_stand_for_it(engine: MemoryEngine) -> None:
    assert together("KubePodCrashLooping") == (1, 1, 0)
    assert search(engine, plan(parse("KubePodCrashLooping timeout"))) == ["exact"]
    assert search(engine, plan(parse("pg_stat_locks crash"))) == ["part"]


def test_the_evidence_for_one_word_comes_before_its_score(engine: MemoryEngine) -> None:
    assert plan(parse("timeout kind:guide")).ordered
    assert not plan(parse("timeout database")).ordered
    assert not plan(parse("timeout OR database")).ordered


def test_the_whole_question_may_be_an_alerts_name() -> None:
    index = MemoryIndex()
    named = IndexDocument("named", 1, analyse("x"), analyse_names(["High CPU on checkout"]), ())
    body = IndexSection("s", analyse("high cpu on checkout"), analyse("high cpu on checkout " * 5))
    index.writer().commit(
        Changes((named, IndexDocument("told", 1, analyse("high cpu"), analyse(""), (body,)))), frozenset()
    )
    everybody = Visibility("both", lambda: frozenset({"named", "told"}))
    found = index.reader().search(Request(plan(parse("high CPU on checkout")), everybody, everybody))
    assert [(hit.id, hit.evidence) for hit in found.hits] == [("named", Evidence.NAME), ("told", Evidence.NONE)]


def test_loosely_any_of_many_words_is_counted() -> None:
    words = plan(parse("pool exhausted checkout latency"), loosely=True).nodes[0]
    assert isinstance(words, AtLeast)
    assert (words.needed, words.counted) == (1, 0)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        *(("errno 28", "28"), ("exit 1", "1"), ("python 3.11", "3.11"), ("error 0x80070005", "0x80070005")),
        *(("disk I/O error", "i/o"), ("N+1 query", "n+1"), ("commit 7f3a9c2e11", "7f3a9c2e11")),
        ("pod 10.96.0.10 down", "10.96.0.10"),
    ],
)
def test_whoever_types_a_few_words_means_each(text: str, token: str) -> None:
    assert token in looked_up(text)
