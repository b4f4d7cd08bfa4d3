from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.library.documents import KINDS
from app.search.parser import MOST_CLAUSES, MOST_MESSAGES, MOST_OPERATED, parse, unparse
from app.search.query import FILTER_FIELDS, VALUES, Either, Filter, Not, Phrase, Query, Since, Until, Word

TODAY = date(2026, 3, 31)

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
        "-target=x",
        "-tag:a=b",
        '"-log=x kind:y"',
        " w" * 15,
        "\x00",
        "\ud800",
        "²",
        "٣",
        "’",
        "ERROR:",
        "serv:",
        "has:actions",
        "after:90d",
        "before:1Y",
        "after:today",
        'tag:"a ""b"" c"',
        'owner:""""',
        "-tag:",
        "key:value",
        "kind:foo",
        "kind:Incidents",
        "sev:9",
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


def test_a_flag_with_its_value_is_a_word() -> None:
    assert clauses("-target=module.queue -Xmx=4g -tag:a=b") == (
        Word("-target=module.queue"),
        Word("-Xmx=4g"),
        Not(Filter("tag", "a=b")),
    )


def test_a_word_that_is_left_out_and_may_be_a_flag_is_told() -> None:
    query = parse("terraform -auto-approve -disk")
    assert query.clauses == (Word("terraform"), Not(Word("auto-approve")), Not(Word("disk")))
    (message,) = query.messages
    assert '"-auto-approve"' in message
    assert parse('terraform "-auto-approve"') == Query((Word("terraform"), Phrase("-auto-approve")))


def test_or_joins_what_stands_on_both_sides() -> None:
    assert clauses('a OR "b c" OR -disk e') == (Either((Word("a"), Phrase("b c"), Not(Word("disk")))), Word("e"))
    assert clauses("kind:guide OR kind:runbook") == (Either((Filter("kind", "guide"), Filter("kind", "runbook"))),)


def test_or_that_joins_nothing_is_no_word() -> None:
    assert clauses("OR disk") == clauses("disk OR") == (Word("disk"),)
    assert clauses("disk or pool") == (Word("disk"), Word("or"), Word("pool"))


@pytest.mark.parametrize("text", ["disk OR after:x pool", "disk after:x OR pool", "disk OR -service: pool"])
def test_what_could_not_be_used_is_no_side_of_an_or(text: str) -> None:
    assert clauses(text) == (Word("disk"), Word("pool"))


def test_filters_are_joined_and_left_out_like_words() -> None:
    assert clauses("kind:guide OR -tag:x OR after:2026 disk") == (
        Either((Filter("kind", "guide"), Not(Filter("tag", "x")), Since(date(2026, 1, 1)))),
        Word("disk"),
    )


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


def test_two_quotation_marks_in_a_value_stand_for_one() -> None:
    assert clauses('tag:"the ""big"" one" owner:"""" pool') == (
        Filter("tag", 'the "big" one'),
        Filter("owner", '"'),
        Word("pool"),
    )
    assert unparse(Query((Filter("tag", 'the "big" one'),))) == 'tag:"the ""big"" one"'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("kind:runbooks", "runbook"), ("kind:Incident", "postmortem"), ("kind:incidents", "postmortem")),
        *(("kind:post-mortems", "postmortem"), ('kind:"reading lists"', "reading-list"), ("kind:guide", "guide")),
    ],
)
def test_a_kind_may_be_said_as_pages_say_it(text: str, kind: str) -> None:
    assert parse(text) == Query((Filter("kind", kind),))
    assert VALUES["kind"] == KINDS


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("kind:foo", "kind:postmortem, kind:runbook, kind:guide or kind:reading-list"),
        ("-has:foo", "write has:actions."),
        ("severity:9", "severity:sev1, severity:sev2"),
        ("sev:SEV7", "severity:sev1, severity:sev2"),
    ],
)
def test_a_value_that_no_document_can_have_is_told(text: str, mend: str) -> None:
    query = parse(f"disk {text}")
    assert len(query.clauses) == 2
    assert len(query.messages) == 1
    assert mend in query.messages[0]


@pytest.mark.parametrize("text", ["has:action", "sev:0", "severity:critical", "severity:p1", "service:foo", "owner:9"])
def test_a_value_that_some_document_may_have_is_not(text: str) -> None:
    assert parse(text).messages == ()


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
    ("text", "day"),
    [
        *(("90d", date(2025, 12, 31)), ("1d", date(2026, 3, 30)), ("0d", TODAY), ("2w", date(2026, 3, 17))),
        *(("1m", date(2026, 2, 28)), ("6m", date(2025, 9, 30)), ("13m", date(2025, 2, 28)), ("1Y", date(2025, 3, 31))),
        *(("today", TODAY), ("Yesterday", date(2026, 3, 30))),
    ],
)
def test_dates_may_count_back_from_today(text: str, day: date) -> None:
    assert parse(f"after:{text} before:{text}", TODAY) == Query((Since(day), Until(day)))


def test_what_counts_back_is_counted_anew_each_day() -> None:
    query = parse("pool after:6m before:yesterday after:2026-8 after:2026", TODAY)
    narrowed = query.with_filter("service", "checkout").without(Word("pool"))
    kept = unparse(narrowed)
    assert kept == "after:6m before:yesterday after:2026-8 after:2026 service:checkout"
    assert parse(kept, date(2026, 4, 30)).clauses[:2] == (Since(date(2025, 10, 30)), Until(date(2026, 4, 29)))


def test_a_day_that_nobody_wrote_is_written_in_full() -> None:
    assert unparse(Query((Since(TODAY), Not(Until(TODAY))))) == "after:2026-03-31 -before:2026-03-31"


@pytest.mark.parametrize(
    "text",
    [
        *("after:tomorrow", "before:2026-13", "after:2026-02-30", "after:0000", "before:08/03/2026", "after:9999y"),
        *("after:90", "after:90h", "after:-90d", "before:d", "after:99999d", 'after:"2026 08"'),
    ],
)
def test_a_bad_date_is_a_message_and_the_rest_is_asked(text: str) -> None:
    query = parse(f"disk {text} pool")
    assert query.clauses == (Word("disk"), Word("pool"))
    assert len(query.messages) == 1
    assert "is no date" in query.messages[0]
    assert "2026-08" in query.messages[0]
    assert "90d" in query.messages[0]


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
            "nginx.service: Failed",
            "localhost:8080",
            "ERROR:root:x",
            "Error:timeout",
            "arn:aws:s3:::bucket",
            "C:\\temp",
            "sha256:0a1b",
            ":8080",
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


@pytest.mark.parametrize(
    ("text", "mend"),
    [("type:runbook", "kind:runbook"), ("team:platform", "owner:platform"), ("since:90d", "after:90d")],
)
def test_a_field_of_other_tools_is_told(text: str, mend: str) -> None:
    query = parse(text)
    assert query.clauses == (Word(text),)
    assert mend in query.messages[0]


def test_what_looks_like_a_field_and_is_none_is_told_with_the_fields_there_are() -> None:
    query = parse("region:eu-west pool")
    assert query.clauses == (Word("region:eu-west"), Word("pool"))
    assert query.messages == (
        "There is no field “region”, so “region:eu-west” was searched as a word. "
        "The fields are service:, cause:, severity:, kind:, owner:, alert:, tag:, has:, after: and before:.",
    )


def test_in_a_pasted_text_nothing_is_told_of_fields() -> None:
    words = " ".join(f"w{number}" for number in range(MOST_OPERATED))
    assert parse(f"{words} region:eu-west servcie:x service: kind:").messages == ()


def test_quotes_inside_a_word_are_no_phrase() -> None:
    assert clauses('msg="no space" left') == (Word("msg="), Word("no"), Word("space"), Word("left"))


@pytest.mark.parametrize("text", ["disk service:", "disk  service:  ", 'service:" " disk', "disk -service:"])
def test_a_field_without_a_value_is_told_and_filters_nothing(text: str) -> None:
    query = parse(text)
    assert query.clauses == (Word("disk"),)
    assert query.messages == ("service: has no value; write service:checkout, with no space behind the colon.",)


@pytest.mark.parametrize("field", [*FILTER_FIELDS, "sev", "after", "before"])
def test_what_is_told_to_be_written_can_be_used(field: str) -> None:
    (message,) = parse(f"{field}:").messages
    query = parse(message.split("write ")[1].split(", with")[0])
    assert len(query.clauses) == 1
    assert not isinstance(query.clauses[0], Word)
    assert query.messages == ()


def test_a_field_with_a_space_behind_its_colon_is_a_word_and_told() -> None:
    query = parse("root cause: disk full")
    assert query.clauses == (Word("root"), Word("cause"), Word("disk"), Word("full"))
    assert "write cause:capacity" in query.messages[0]
    assert parse("Alert: disk full") == Query((Word("Alert"), Word("disk"), Word("full")))


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


# What a long text may be full of.
UNITS = [
    "a",
    "a ",
    "word OR ",
    "a.b/",
    '"',
    '-"a',
    "kind:x ",
    "after:x ",
    "serv:x ",
    "service:",
    'tag:"',
    'tag:"" ',
    '"" ',
]


@pytest.mark.parametrize("unit", UNITS)
def test_of_a_very_long_text_no_more_is_read_than_can_be_answered(unit: str) -> None:
    query = parse(unit * (1_000_000 // len(unit)))
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
    query = parse(text, TODAY)
    assert parse(unparse(query), TODAY).clauses == query.clauses
    assert unparse(parse(unparse(query), TODAY)) == unparse(query)


@given(texts, st.data())
@settings(max_examples=300)
def test_an_edited_query_parses_to_itself(text: str, data: st.DataObject) -> None:
    query = parse(text, TODAY).with_filter(
        data.draw(st.sampled_from(FILTER_FIELDS)), data.draw(st.sampled_from(["a", "b c"]))
    )
    filters = [clause for clause in query.clauses if isinstance(clause, Filter)]
    edited = query.without(data.draw(st.sampled_from(filters)))
    for each in (query, edited):
        assert parse(unparse(each), TODAY).clauses == each.clauses


names = st.from_regex(r"[a-z]{3}[a-z0-9_.-]{0,8}", fullmatch=True)
several = st.lists(names, min_size=1, max_size=3).map(" ".join)
# What stands in documents may hold any sign.
values = several | st.text(min_size=1, max_size=12).map(lambda text: " ".join(text.casefold().split())).filter(bool)
days = st.dates(min_value=date(1, 1, 1))
back = st.builds("{}{}".format, st.integers(0, 1999), st.sampled_from("dwmyDWMY")) | st.sampled_from(
    ["today", "yesterday", "Today"]
)
simple = (
    st.builds(Word, names)
    | st.builds(Phrase, several)
    | st.builds(Filter, st.sampled_from([name for name in FILTER_FIELDS if name not in ("severity", *VALUES)]), values)
    | st.builds(Filter, st.just("severity"), st.sampled_from(["sev1", "sev4", "major", "p1"]))
    | st.sampled_from([Filter(name, value) for name in VALUES for value in VALUES[name]])
    | st.builds(Since, days)
    | st.builds(Until, days)
    | back.map(lambda text: parse(f"after:{text}", TODAY).clauses[0])
    | back.map(lambda text: parse(f"before:{text}", TODAY).clauses[0])
)
signed = simple | simple.map(Not)
whole = st.lists(signed | st.lists(signed, min_size=2, max_size=3).map(tuple).map(Either), max_size=3, unique=True)


@given(whole.map(tuple).map(Query))
@settings(max_examples=500)
def test_every_query_that_can_be_built_parses_to_itself(query: Query) -> None:
    again = parse(unparse(query), TODAY)
    assert again.clauses == query.clauses
    assert [message for message in again.messages if "were left out" not in message] == []
    assert unparse(again) == unparse(query)


def test_operators_in_a_row_that_are_no_operators_stay_words() -> None:
    query = parse('"-disk OR kind:x"-service:service:OR')
    assert parse(unparse(query)).clauses == query.clauses
