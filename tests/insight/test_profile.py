"""A profile holds what an incident is compared by, small and the same each time."""

from __future__ import annotations

import zlib
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import Database
from app.insight.profile import ASIDE, MOST_TERMS, Profile, Telling, profile, telling, terms, unpacked
from app.insight.weights import LEADING, TITLED
from app.library import Document
from app.settings import Settings
from tests.ingest.library import document
from tests.insight.recurrences import ingest

texts = st.text(max_size=300)


def count(made: Profile, word: str) -> float:
    """How much a profile says a word; 0 where it does not."""
    (term,) = terms(word)
    places = np.flatnonzero(made.terms == zlib.crc32(term.encode()))
    return float(made.counts[places[0]]) if len(places) else 0.0


def same(one: Profile, other: Profile) -> bool:
    return all(
        mine.dtype == its.dtype and np.array_equal(mine, its)
        for mine, its in ((getattr(one, each.name), getattr(other, each.name)) for each in fields(Profile))
    )


@given(texts, texts, texts)
def test_a_packed_profile_comes_back_as_it_was(title: str, lead: str, rest: str) -> None:
    made = profile(Telling(title, lead, rest))
    assert same(made, unpacked(made.packed()))
    assert same(made, profile(Telling(title, lead, rest)))
    assert (np.diff(made.terms.astype(np.int64)) > 0).all()
    assert (np.diff(made.mechanisms.astype(np.int64)) > 0).all()
    assert (made.counts >= 1).all()


@pytest.mark.parametrize("text", ["", " \n", "...", "12 345 6789", "the of and"])
def test_a_text_that_says_nothing_has_no_terms(text: str) -> None:
    made = profile(Telling(text, text, text))
    assert (len(made.terms), len(made.mechanisms)) == (0, 0)
    assert same(made, unpacked(made.packed()))


def test_a_text_of_a_megabyte_keeps_its_most_telling_words() -> None:
    words = " ".join(f"word{chr(97 + number % 26)}{'xyz'[number % 3]}" for number in range(150_000))
    made = profile(Telling("A quokka outage", words, words))
    assert len(made.terms) <= MOST_TERMS
    assert count(made, "quokka") > 0
    assert len(made.packed()) < 10_000


def test_a_title_counts_more_than_the_lead_and_the_lead_more_than_the_rest() -> None:
    made = profile(Telling("quokka", "wombat", "numbat"))
    assert count(made, "quokka") == pytest.approx(1 + np.log(TITLED))
    assert count(made, "wombat") == pytest.approx(1 + np.log(LEADING))
    assert count(made, "numbat") == pytest.approx(1)


def test_a_mechanism_counts_by_where_it_is_said() -> None:
    titled = profile(Telling("The certificate expired", "", ""))
    said = profile(Telling("", "", "The certificate expired"))
    assert titled.strengths.max() > said.strengths.max()
    assert np.array_equal(titled.mechanisms, said.mechanisms)


def test_numbers_and_addresses_of_code_are_no_words() -> None:
    assert terms("rolled out 4f2a9bc1 in 2026, 42 times") == terms("rolled out in, times")


SECTIONED = """---
id: sectioned
kind: postmortem
title: A quokka outage
audience: public
impact: Nobody saw a bandicoot.
trigger: A dunnart.
---

## Summary

The wombat stopped.

## Timeline

- 2026-08-03 03:12 UTC - The numbat was paged.

## Weather

A potoroo lived there.

## Lessons learned

Feed the bettong.

## Action items

- [ ] Buy a bilby
"""


@pytest.fixture
def sectioned(database: Database, settings: Settings) -> Document:
    ingest(database, settings, {"sectioned": SECTIONED.replace("id: sectioned\n", "", 1)})
    return document(database, "postmortems/sectioned.md")


def test_what_was_done_when_and_learned_does_not_count(sectioned: Document) -> None:
    roles = {section.role for section in sectioned.sections}
    assert {"timeline", "lessons", "actions"} <= roles & ASIDE
    made = profile(telling(sectioned))
    assert {word for word in ("numbat", "bettong", "bilby") if count(made, word)} == set()
    assert count(made, "quokka") > count(made, "wombat") > count(made, "potoroo") > 0
    assert count(made, "bandicoot") == count(made, "dunnart") == count(made, "wombat")


def test_where_nothing_else_is_said_what_was_done_counts(database: Database, settings: Settings) -> None:
    text = "---\nkind: postmortem\ntitle: Odd\naudience: public\n---\n\n## Timeline\n\nThe numbat was paged.\n"
    ingest(database, settings, {"bare": text})
    assert count(profile(telling(document(database, "postmortems/bare.md"))), "numbat") == 1
