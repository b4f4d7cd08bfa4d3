from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer

from app.search.analysis import (
    LONGEST_TOKEN,
    MOST_TOKENS,
    NAME_MARK,
    STEM_MARK,
    analyse,
    analyse_names,
    name_token,
    parts,
    stem,
    whole,
    words,
)

# Long words, whose stems take many steps.
STEMMED = [
    f"{root}{ending}"
    for root in ("exhaust", "replicat", "connect", "certific", "resol", "operat", "nation", "form", "organ", "electr")
    for ending in ("ional", "ization", "iveness", "fulness", "ously", "ability", "ements", "ingly", "ational", "edness")
]

PIECES = [
    "_",
    "-",
    ".",
    "/",
    ":",
    "@",
    "+",
    " ",
    "a",
    "A",
    "Z",
    "9",
    "ß",
    "ǅ",
    "K",
    "é",
    "e\u0301",
    "²",
    "ﬁ",
    "ﱞ",
    "\x00",
    "\ud800",
    "字",
]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def plain(text: str) -> list[str]:
    return [token for token in analyse(text).texts if not token.startswith(STEM_MARK)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("KubePodCrashLooping", ["kubepodcrashlooping", "kube", "pod", "crash", "looping"]),
        ("pg_stat_activity", ["pg_stat_activity", "pg", "stat", "activity"]),
        ("ORA-01555", ["ora-01555", "ora", "01555"]),
        ("ECONNRESET", ["econnreset"]),
        ("x509: certificate has expired", ["x509", "certificate", "has", "expired"]),
        ("eth_sendRawTransaction", ["eth_sendrawtransaction", "eth", "send", "raw", "transaction"]),
        ("k8s", ["k8s"]),
        ("OOMKilled", ["oomkilled", "oom", "killed"]),
        ("/var/lib/etcd", ["var/lib/etcd", "var", "lib", "etcd"]),
        ("--max-old-space-size=4096", ["max-old-space-size", "max", "old", "space", "size", "4096"]),
        ("-Xmx512m", ["xmx512m"]),
        ("v1.21.3", ["v1.21.3", "v1", "21", "3"]),
        ("HTTP 503", ["http", "503"]),
        ("payments@example.org", ["payments@example.org", "payments", "example", "org"]),
        ("std::vector", ["std::vector", "std", "vector"]),
        ("HTTPServerError", ["httpservererror", "http", "server", "error"]),
        ("__init__", ["init"]),
    ],
)
def test_identifiers_are_kept_whole_and_in_parts(text: str, tokens: list[str]) -> None:
    assert plain(text) == tokens


def test_words_also_give_their_stem_and_codes_do_not() -> None:
    assert analyse("Certificates expired").texts == ("certificates", "~certif", "expired", "~expir")
    assert analyse("x509 503 über").texts == ("x509", "503", "über")


def test_parts_stand_side_by_side_where_the_whole_begins() -> None:
    found = analyse("see pg_stat now")
    at = dict(zip(found.texts, found.positions, strict=True))
    assert at == {"see": 0, "~see": 0, "pg_stat": 1, "pg": 1, "stat": 2, "~stat": 2, "now": 3, "~now": 3}


def test_case_and_width_of_letters_do_not_matter() -> None:
    assert analyse("STRASSE ＤＩＳＫ ﬁle").texts == analyse("straße disk file").texts


def test_signs_alone_are_no_tokens() -> None:
    assert analyse("__ - _ … -- ///").texts == ()
    assert whole("__") is None


def test_a_sentence_ends_before_its_stop() -> None:
    assert plain("Restart etcd. Then wait...") == ["restart", "etcd", "then", "wait"]


def test_a_token_has_a_longest_length() -> None:
    assert all(len(token) <= LONGEST_TOKEN for token in plain("x" * 500 + " " + "ab-" * 100 + "c"))


def test_a_very_long_text_is_cut() -> None:
    found = analyse("disk " * MOST_TOKENS)
    assert MOST_TOKENS < len(found.texts) < MOST_TOKENS + 10


def test_a_name_is_text_and_behind_it_a_whole() -> None:
    found = analyse_names(["KubePodCrashLooping", "DiskFull"])
    assert {"pod", "diskfull", name_token("KubePodCrashLooping"), name_token("DiskFull")} <= set(found.texts)
    assert name_token("DISKFULL") == name_token("diskFull") == f"{NAME_MARK}diskfull"
    assert analyse_names([]).texts == ()


@given(texts)
@settings(max_examples=500)
def test_any_text_gives_tokens_at_positions_that_never_fall(text: str) -> None:
    found = analyse(text)
    assert len(found.texts) == len(found.positions)
    assert all(first <= second for first, second in pairwise(found.positions))
    assert all(found.texts)
    assert all(position >= 0 for position in found.positions)
    assert all(token.encode().decode() == token for token in found.texts)


@given(texts)
@settings(max_examples=500)
def test_what_is_typed_and_what_is_stored_meet(text: str) -> None:
    stored = set(analyse(text).texts)
    for raw in words(text):
        assert stored.issuperset(parts(raw))
        assert whole(raw) in stored | {None}


@given(st.lists(texts, max_size=5))
def test_any_names_give_tokens_at_positions_that_never_fall(names: list[str]) -> None:
    found = analyse_names(names)
    assert len(found.texts) == len(found.positions)
    assert all(first <= second for first, second in pairwise(found.positions))
    assert {name_token(name) for name in names} <= set(found.texts)


@given(texts, texts)
def test_two_texts_are_analysed_as_each_alone(first: str, second: str) -> None:
    both = analyse(f"{first} \n {second}").texts
    assert both == analyse(first).texts + analyse(second).texts


def test_many_threads_at_once_get_the_stems_that_one_gets() -> None:
    stemmed = stem.__wrapped__
    wanted = {word: stemmed(word) for word in STEMMED}
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(stemmed, STEMMED * 20))
    finally:
        sys.setswitchinterval(often)
    assert found == [wanted[word] for word in STEMMED * 20]


def test_stems_are_the_same_with_the_fast_stemmer_and_without() -> None:
    content = Path(__file__).parents[2] / "content"
    said = {part for file in content.rglob("*.md") for raw in words(file.read_text("utf-8")) for part in parts(raw)}
    slow = EnglishStemmer()
    known = {word: root for word in said if (root := stem(word)) is not None}
    assert len(known) > 5_000
    assert known == {word: STEM_MARK + slow.stemWord(word) for word in known}
