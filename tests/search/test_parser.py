from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.search.parser import MOST_CLAUSES, MOST_MESSAGES, MOST_OPERATED, parse, unparse
from app.search.query import FILTER_FIELDS, Either, Filter, Not, Phrase, Query, Since, Until, Word

PIECES = [
    *(
        "OR",
        "-",
        '"',
        ":",
        " ",
        "\t",
        "\n",
        "\u00a0",
        "\x1f",
        "_",
        "a",
        "disk",
        "Ünï",
        "ſev",
        "10:30",
        "http://x/y?z=1",
    ),
    *(
        "service:",
        "sev:",
        "severity:",
        "kind:runbook",
        "after:2026",
        "before:",
        "2026-08",
        "2026-13-45",
        "foo:",
        "Ǆ",
        "ß",
    ),
    *(
        '"a b"',
        "--help",
        " -disk",
        "-kind:x",
        '"-disk OR kind:x"',
        " w" * 15,
        "\x00",
        "\ud800",
        "²",
        "٣",
        "’",
        "ERROR:",
        "serv:",
        "has:actions",
        "-OR",
        '-"',
        "a OR b",
    ),
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=60)


def clauses(text: str) -> tuple[object, ...]:
    return parse(text).clauses


def test_words_are_kept_as_they_were_typed() -> None:
    assert clauses("pool  exhausted\tORA-01555") == (Word("pool"), Word("exhausted"), Word("ORA-01555"))


def test_quotes_make_a_phrase() -> None:
    assert clauses('"connection  reset" peer') == (Phrase("connection reset"), Word("peer"))
    assert clauses('"" " " "--"') == ()


def test_an_open_quote_leaves_words() -> None:
    assert clauses('"connection reset') == (Word("connection"), Word("reset"))


def test_a_minus_leaves_out_what_stands_right_behind_it() -> None:
    assert clauses('-disk -"disk full" -kind:guide') == (
        Not(Word("disk")),
        Not(Phrase("disk full")),
        Not(Filter("kind", "guide")),
    )
    assert clauses("- disk --help pg-stat -n") == (Word("disk"), Word("--help"), Word("pg-stat"), Word("-n"))


def test_or_joins_what_stands_on_both_sides() -> None:
    assert clauses('a OR "b c" OR -disk e') == (Either((Word("a"), Phrase("b c"), Not(Word("disk")))), Word("e"))
    assert clauses("kind:guide OR kind:runbook") == (Either((Filter("kind", "guide"), Filter("kind", "runbook"))),)


def test_or_that_joins_nothing_is_no_word() -> None:
    assert clauses("OR disk") == clauses("disk OR") == (Word("disk"),)
    assert clauses("disk or pool") == (Word("disk"), Word("or"), Word("pool"))


def test_a_word_said_again_before_or_is_still_what_or_joins() -> None:
    assert clauses("disk pool disk OR etcd") == (Word("disk"), Word("pool"), Either((Word("disk"), Word("etcd"))))


def test_the_same_clause_counts_once() -> None:
    assert clauses("disk disk kind:guide Kind:GUIDE") == (Word("disk"), Filter("kind", "guide"))


@pytest.mark.parametrize("field", FILTER_FIELDS)
def test_every_field_filters(field: str) -> None:
    assert clauses(f'{field}:Some-Value {field}:"two  Words"') == (
        Filter(field, "some-value"),
        Filter(field, "two words"),
    )


@pytest.mark.parametrize("text", ["sev:2", "sev:SEV2", "severity:sev-2", "Severity:2", 'sev:"SEV2"'])
def test_a_severity_may_be_said_in_several_ways(text: str) -> None:
    assert clauses(text) == (Filter("severity", "sev2"),)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-08-03", date(2026, 8, 3)),
        ("2026-8-3", date(2026, 8, 3)),
        ("2026-08", date(2026, 8, 1)),
        ("2026", date(2026, 1, 1)),
    ],
)
def test_dates_may_be_a_day_a_month_or_a_year(text: str, day: date) -> None:
    assert clauses(f"after:{text} before:{text}") == (Since(day), Until(day))


@pytest.mark.parametrize(
    "text", ["after:yesterday", "before:2026-13", "after:2026-02-30", "after:0000", "before:08/03/2026"]
)
def test_a_bad_date_is_a_message_and_the_rest_is_asked(text: str) -> None:
    query = parse(f"disk {text} pool")
    assert query.clauses == (Word("disk"), Word("pool"))
    assert len(query.messages) == 1
    assert "is no date" in query.messages[0]
    assert "2026-08" in query.messages[0]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ERROR:",
            "ERROR: hello",
            "x509: certificate has expired",
            "10:30",
            "http://example.org/a?b=c",
            "std::vector",
        ),
        *(
            "java.lang.NullPointerException:",
            "kind: runbook",
            "service:",
            "C:\\temp",
            "sha256:0a1b",
            ":8080",
            "key:value",
        ),
    ],
)
def test_a_colon_is_an_operator_only_behind_a_known_field(text: str) -> None:
    query = parse(text)
    assert query.clauses == tuple(Word(word) for word in text.split())
    assert query.messages == ()


def test_a_mistyped_field_is_told_and_searched_as_a_word() -> None:
    query = parse("servcie:payments")
    assert query.clauses == (Word("servcie:payments"),)
    assert "service:payments" in query.messages[0]


def test_quotes_inside_a_word_are_no_phrase() -> None:
    assert clauses('msg="no space" left') == (Word("msg="), Word("no"), Word("space"), Word("left"))


def test_a_field_without_a_value_filters_nothing() -> None:
    assert clauses('service:" " disk') == (Word("disk"),)
    assert clauses('after:" " disk') == (Word("disk"),)


def test_signs_alone_are_no_words() -> None:
    assert clauses("- -- … _ __ ?!") == ()


def test_only_so_many_words_are_used_and_the_rest_is_told() -> None:
    query = parse(" ".join(f"w{number}" for number in range(MOST_CLAUSES + 1)))
    assert len(query.clauses) == MOST_CLAUSES
    assert "first 64 words" in query.messages[0]
    assert parse(" ".join(f"w{number}" for number in range(MOST_CLAUSES))).messages == ()


def test_in_a_long_text_only_fields_are_operators() -> None:
    words = " ".join(f"w{number}" for number in range(MOST_OPERATED))
    assert clauses(f'{words} -disk "no space" OR kind:guide')[MOST_OPERATED:] == (
        *(Word("disk"), Word("no"), Word("space")),
        Filter("kind", "guide"),
    )


def test_a_filter_more_does_not_change_how_the_rest_is_read() -> None:
    words = " ".join(f"w{number}" for number in range(MOST_OPERATED - 2))
    query = parse(f'{words} -disk "no space"')
    assert query.clauses[-2:] == (Not(Word("disk")), Phrase("no space"))
    assert parse(unparse(query.with_filter("kind", "guide"))).clauses == (*query.clauses, Filter("kind", "guide"))


@pytest.mark.parametrize("unit", ["a", "a ", "word OR ", "a.b/", '"', '-"a', "kind:x ", "after:x ", "serv:x "])
def test_a_very_long_text_is_parsed_at_once(unit: str) -> None:
    started = time.perf_counter()
    query = parse(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - started < 1.0
    assert len(query.clauses) <= MOST_CLAUSES
    assert 1 <= len(query.messages) <= MOST_MESSAGES


def test_a_query_is_edited_by_adding_and_taking_out_a_clause() -> None:
    query = parse('pool "connection reset"')
    narrowed = query.with_filter("service", "payments api")
    assert unparse(narrowed) == 'pool "connection reset" service:"payments api"'
    assert narrowed.with_filter("service", "payments api") == narrowed
    assert narrowed.without(Filter("service", "payments api")) == query


@given(texts)
@settings(max_examples=1000)
@example('service:" "')
@example('foo:"a \n b"')
@example("a b a OR c")
@example("after:x OR a")
@example('"-disk')
@example('"-kind:guide')
@example(" ".join(['"-disk kind:x OR a"'] * 17))
def test_what_is_written_back_parses_to_the_same(text: str) -> None:
    query = parse(text)
    assert parse(unparse(query)).clauses == query.clauses
    assert unparse(parse(unparse(query))) == unparse(query)


@given(texts, st.data())
@settings(max_examples=300)
def test_an_edited_query_parses_to_itself(text: str, data: st.DataObject) -> None:
    query = parse(text).with_filter(data.draw(st.sampled_from(FILTER_FIELDS)), data.draw(st.sampled_from(["a", "b c"])))
    filters = [clause for clause in query.clauses if isinstance(clause, Filter)]
    edited = query.without(data.draw(st.sampled_from(filters)))
    for each in (query, edited):
        assert parse(unparse(each)).clauses == each.clauses


names = st.from_regex(r"[a-z]{3}[a-z0-9_.-]{0,8}", fullmatch=True)
several = st.lists(names, min_size=1, max_size=3).map(" ".join)
days = st.dates(min_value=date(1, 1, 1))
simple = (
    st.builds(Word, names)
    | st.builds(Phrase, several)
    | st.builds(Filter, st.sampled_from([name for name in FILTER_FIELDS if name != "severity"]), several)
    | st.builds(Since, days)
    | st.builds(Until, days)
)
signed = simple | simple.map(Not)
whole = st.lists(signed | st.lists(signed, min_size=2, max_size=3).map(tuple).map(Either), max_size=3, unique=True)


@given(whole.map(tuple).map(Query))
@settings(max_examples=500)
def test_every_query_that_can_be_built_parses_to_itself(query: Query) -> None:
    assert parse(unparse(query)).clauses == query.clauses
    assert parse(unparse(query)).messages == ()


def test_operators_in_a_row_that_are_no_operators_stay_words() -> None:
    query = parse('"-disk OR kind:x"-service:service:OR')
    assert parse(unparse(query)).clauses == query.clauses
