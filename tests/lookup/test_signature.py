from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lookup.signature import joined, signature
from app.search.parser import parse
from app.search.query import Word


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("took 2.318441s, expected 1s", "took expected"),
        ("request 6f9d7c2e-1b1c-4a55-9c3e-0a1b2c3d4e5f failed", "request failed"),
        ("dial tcp 10.1.2.3:5432: connect: connection refused", "dial tcp connect: connection refused"),
        ("pod basket-6b7c9d8f5d-q4x2z is not ready", "pod is not ready"),
        ("could not extend file \"base/16401/24671.3\": No space left", "could not extend file No space left"),
        ("only 2.61% free (5m1s)", "only free"),
        ("Error 111 connecting to redis:6379", "Error 111 connecting to redis"),
        ("GET /basket answered 503", "GET /basket answered 503"),
        ("ORA-01555: snapshot too old", "ORA-01555: snapshot too old"),
        ("version 1.31.4 is wrong", "version 1.31.4 is wrong"),
        ("x509: certificate has expired", "x509: certificate has expired"),
        ("see https://example.com/a?b=c or a@example.com", "see or"),
        ("{{ $labels.pod }} is down", "is down"),
        ("Killed process 4321 (java) anon-rss:4012345kB, file-rss:0kB, UID:1000", "Killed process (java)"),
        ("worker pid=4321 exited with code 137", "worker exited with code 137"),
        ("dial postgres://shop:[masked: password]@db-1/shop: refused", "dial refused"),
        ("Authorization: Bearer [masked: jwt] was refused", "Authorization: Bearer was refused"),
        ("0xc0002a4000 0/9 64Gi 2026-03-02 09:10:11", ""),
    ],
)  # fmt: skip
def test_a_signature_keeps_words_and_codes_and_drops_what_changes(message: str, said: str) -> None:
    assert signature(message) == said


@given(st.text(max_size=300))
def test_a_signature_of_a_signature_is_the_same_but_for_its_ends(text: str) -> None:
    once = signature(text)
    assert len(signature(once)) <= len(once)


def test_what_is_joined_is_said_once_and_not_too_long() -> None:
    assert joined(["disk full", "Disk full", "the disk is slow"], 4) == "disk full the disk"


@given(st.lists(st.text(max_size=60), max_size=6))
def test_a_question_has_no_operators(pieces: list[str]) -> None:
    asked = parse(joined([*pieces, 'kind:runbook -slow "a b" OR alert:X'], 60))
    assert all(isinstance(clause, Word) for clause in asked.clauses)


@pytest.mark.parametrize("piece", ["a-", "a.", "1:", "/a", "{{", "<http://a|", "a@", "((", "0x"])
def test_a_long_piece_takes_no_time(piece: str) -> None:
    started = time.process_time()
    signature(piece * 100_000)
    assert time.process_time() - started < 0.2
