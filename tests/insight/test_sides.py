"""What a reason shows of a text: only sentences that hold what is asked for, whole and as written."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.mechanisms import placed, sentences
from app.insight.profile import Telling, profile, terms
from app.insight.shards import Case
from app.insight.sides import Side, side_of

TEXT = Telling(
    "Orders were late",
    "The pool was small. Workers raised PoolTimeoutError, all of them!\nOn Monday the numbat slept; a wombat did not.",
    "Nobody saw the pool-size of the numbat. The certificate had expired.",
)
prose = st.lists(
    st.sampled_from(["pool", "PoolTimeoutError", "numbat", "max_conn", "é", ".", "!", "\n", ";", "ｗｉｄｅ", "  "])
).map(" ".join)


def term(word: str) -> int:
    return zlib.crc32(terms(word)[-1].encode())


@pytest.fixture
def side() -> Side:
    return Side(TEXT, profile(TEXT))


@given(prose)
def test_sentences_stand_where_they_are_said_to(text: str) -> None:
    assert [text[at : at + len(sentence)] for at, sentence in placed(text)] == sentences(text)


@given(prose, prose, prose)
def test_each_term_is_said_by_the_sentence_that_its_profile_names(title: str, lead: str, rest: str) -> None:
    text = Telling(title, lead, rest)
    made = profile(text)
    side = Side(text, made)
    for each, at in zip(made.terms.tolist(), made.said.tolist(), strict=True):
        assert each in {zlib.crc32(said.encode()) for said in terms(side.sentence(at))}


def test_a_sentence_is_shown_whole_from_each_part_of_a_text(side: Side) -> None:
    named = dict(zip(side.profile.mechanisms.tolist(), side.profile.named.tolist(), strict=True))
    assert "The certificate had expired." in [side.sentence(at) for at in named.values()]
    spoken = side.speaking_of({term("late"), term("wombat")})
    assert [sentence for sentence, _ in spoken.sentences] == ["Orders were late", "a wombat did not."]


def test_a_term_is_shown_in_the_identifier_that_holds_it(side: Side) -> None:
    spoken = side.speaking_of({term("pool")})
    assert spoken.written == {term("pool"): "PoolTimeoutError"}
    assert list(spoken.names.values()) == ["PoolTimeoutError"]
    assert spoken.holding({term("pool")}) == "Workers raised PoolTimeoutError, all of them!"


def test_words_of_when_are_not_shown_nor_what_is_not_said(side: Side) -> None:
    assert side.word(term("Monday")) == side.word(term("quokka")) == ""
    assert side.word(term("slept")) == "slept"


def test_a_text_that_is_newer_than_its_profile_is_read_anew() -> None:
    old = Case(profile(TEXT), revisions=(1, 1))
    text = replace(TEXT, title="It was the bandicoot, said the potoroo")
    assert side_of(replace(old, revisions=(2, 1)), text).word(term("potoroo")) == "potoroo"
    assert side_of(old, TEXT).profile is old.profile
