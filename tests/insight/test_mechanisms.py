"""A mechanism is said by near words of one sentence, in any order and form; the lexicon is whole."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.mechanisms import FILE, MOST_WORDS, REACH, by_hash, sentences, titles, told
from app.text import yaml

EXPIRED = "expired-certificate"


def mechanisms(text: str) -> Counter[str]:
    """How many sentences say each."""
    return Counter(said.name for said in told(text))


@pytest.mark.parametrize(
    "text",
    [
        "The certificate expired.",
        "It had expired, that certificate.",
        "All certificates were EXPIRING",
        "Our old certificate for the public gateway expired at noon.",
        "the wildcard_certificate.pem has expired",
    ],
)
def test_an_entry_is_said_by_its_words_in_any_order_and_form(text: str) -> None:
    assert mechanisms(text)[EXPIRED] == 1


@pytest.mark.parametrize(
    "text",
    [
        "The certificate was fine. A password expired.",
        "The certificate was fine\nA password expired",
        f"The certificate {'was very ' * REACH}old and something else expired.",
        "Certified letters were sent to the experts.",
        "",
        "...",
    ],
)
def test_words_of_two_sentences_or_far_apart_say_nothing(text: str) -> None:
    assert EXPIRED not in mechanisms(text)


def test_what_stands_far_behind_in_an_endless_sentence_is_not_read() -> None:
    assert EXPIRED not in mechanisms("and " * MOST_WORDS + "the certificate expired")
    assert EXPIRED in mechanisms("the certificate expired " + "and " * MOST_WORDS)


def test_sentences_are_counted_and_kept_with_what_they_say() -> None:
    text = "The certificate expired. It rained. That expired certificate was renewed late!"
    assert mechanisms(text)[EXPIRED] == 2
    shown = [said.sentence for said in told(text) if said.name == EXPIRED]
    assert shown == ["The certificate expired.", "That expired certificate was renewed late!"]


def test_one_sentence_that_says_a_mechanism_in_two_ways_says_it_once() -> None:
    assert mechanisms("The expired TLS certificate had expired.")[EXPIRED] == 1


def test_sentences_end_at_points_and_lines() -> None:
    assert sentences("One. Two?  Three!\nFour;\n\n five 1.5 ") == ["One.", "Two?", "Three!", "Four;", "five 1.5"]


def test_every_mechanism_of_the_lexicon_has_its_own_name_a_title_and_entries_that_say_it() -> None:
    read = yaml.load(FILE.read_text("utf-8"), yaml.DATA_BYTES).data["mechanisms"]
    names = [each["name"] for each in read]
    assert len(names) == len(set(names)) == len(by_hash()) == len(titles()) > 100
    for each in read:
        assert set(each) == {"name", "title", "said"}
        assert each["title"].strip()
        assert each["said"]
        assert len(set(each["said"])) == len(each["said"]), each["name"]
        unsaid = [
            entry for entry in each["said"] if not isinstance(entry, str) or each["name"] not in mechanisms(entry)
        ]
        assert unsaid == [], each["name"]


def test_no_entry_is_said_by_nothing() -> None:
    assert not mechanisms("")
    assert not mechanisms("Good morning, everybody.")


@given(st.text(max_size=400))
def test_any_text_is_answered(text: str) -> None:
    for name, sentence, place in told(text):
        assert name in titles()
        assert sentence in text
        assert sentences(text)[place] == sentence
        assert name in mechanisms(sentence)
