from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.meaning import (
    CHUNK_WORDS,
    DIMENSIONS,
    MOST_WORDS,
    Meaning,
    Pieces,
    TokenVectors,
    chunks,
    plain_parts,
)

VECTORS = TokenVectors()


def likeness(one: str, other: str) -> float:
    first, second = VECTORS.encode([one, other])
    return float(first @ second)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("disk is full", "no space left on device", "the certificate has expired"),
        ("disk is full", "filesystem is running out of space", "users cannot log in"),
        ("https handshake fails", "the TLS certificate is past its last day", "the queue grows and no consumer reads"),
        ("name lookup fails", "DNS does not resolve the host", "the replica lags behind its primary"),
        ("process was killed, it used too much memory", "OOMKilled", "DNS resolution failing"),
        ("clients cannot connect, all slots are taken", "FATAL: too many connections", "clock skew between hosts"),
        ("pods keep restarting", "KubePodCrashLooping", "KubeClientCertificateExpiration"),
        ("standby is behind the primary", "replication lag is growing", "filesystem is full"),
        ("messages pile up", "queue backlog: consumers are slower than producers", "the node's clock drifts"),
        ("machine does not answer", "host is unreachable", "the certificate has expired"),
    ],
)
def test_the_same_in_other_words_is_nearer_than_something_else(question: str, near: str, far: str) -> None:
    assert likeness(question, near) > likeness(question, far)


def test_an_alert_name_means_what_its_words_mean() -> None:
    assert likeness("KubePersistentVolumeFillingUp", "kube persistent volume filling up") == pytest.approx(1, abs=1e-5)
    assert likeness("disk_space.almost-full", "Disk Space Almost Full") == pytest.approx(1, abs=1e-5)


def test_numbers_hashes_and_accents_change_nothing() -> None:
    plain = "connection to database refused"
    assert likeness(plain, "connection 48213 to database 10.2.0.17:5432 refused 7d4b9f c0ffee12") > 0.9999
    assert likeness(plain, "cönnection to dátabase refused") > 0.9999


def test_names_with_a_digit_in_them_keep_their_meaning() -> None:
    assert plain_parts("x509") == ["x509"]
    assert plain_parts("k8s") == ["k8s"]
    assert plain_parts("sha256") == ["sha256"]
    assert plain_parts("HTTP2Server") == ["http2", "server"]


@pytest.mark.parametrize("text", ["", " \n\t", "12345 0x3fa9", "…—!?", "\x00\x01\x7f", "日本語のテキスト", "🔥🔥"])
def test_a_text_without_a_known_word_is_zero(text: str) -> None:
    assert not VECTORS.encode([text]).any()


def test_a_text_without_a_known_word_leaves_its_neighbours_alone() -> None:
    rows = VECTORS.encode(["", "disk is full", "日本語", "🔥", "certificate expired", ""])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([0, 1, 0, 0, 1, 0], abs=1e-5)
    assert rows[1] == pytest.approx(VECTORS.encode(["disk is full"])[0], abs=1e-6)


def test_no_texts_give_no_rows() -> None:
    assert VECTORS.encode([]).shape == (0, DIMENSIONS)


def test_the_vectors_say_whose_they_are() -> None:
    meaning: Meaning = VECTORS
    assert meaning.name.startswith("tokens-")
    assert meaning.dimensions == DIMENSIONS


@given(st.lists(st.text(max_size=200), max_size=6))
def test_any_text_has_a_row_of_length_one_or_zero(texts: list[str]) -> None:
    rows = VECTORS.encode(texts)
    assert rows.shape == (len(texts), DIMENSIONS)
    assert rows.dtype == np.float32
    for length in np.linalg.norm(rows, axis=1):
        assert length == 0 or length == pytest.approx(1, abs=1e-5)


@given(st.lists(st.sampled_from(["pod", "OOMKilled", "disk", "is", "full", "x509", "", "42", "§"]), max_size=12))
@settings(max_examples=50)
def test_a_text_has_the_same_vector_alone_and_among_others(words: list[str]) -> None:
    text = " ".join(words)
    alone = VECTORS.encode([text])[0]
    assert VECTORS.encode(["something else", text, ""])[1] == pytest.approx(alone, abs=1e-6)


def test_the_same_text_has_the_same_vector_every_time() -> None:
    texts = ["disk is full", "KubePodCrashLooping", "x509: certificate has expired"]
    assert np.array_equal(VECTORS.encode(texts), TokenVectors().encode(texts))


def test_many_texts_are_the_same_in_one_batch_and_one_by_one() -> None:
    texts = [
        f"{word} {other} fails" for word in ("disk", "pod", "queue", "") for other in ("write", "login", "🔥")
    ] * 100
    assert np.abs(VECTORS.encode(texts) - np.vstack([VECTORS.encode([text]) for text in texts])).max() < 1e-6


@pytest.mark.parametrize(
    "text",
    [
        "disk full " * 100_000,
        "a" * 1_000_000,
        "aB" * 500_000,
        "\u0301" * 1_000_000,
        "\ufdfa" * 1_000_000,
        "\x00\x1b[31m" * 200_000,
        "\u202epod " * 10_000,
        " ".join(f"word{number}x" for number in range(10_000)),
    ],
    ids=["repeated", "one word", "camel", "accents", "expanding", "control", "right to left", "10,000 words"],
)
def test_a_huge_text_is_encoded_in_bounded_time(text: str) -> None:
    VECTORS.encode(["warm"])
    start = time.process_time()
    VECTORS.encode([text])
    assert time.process_time() - start < 0.5


def test_what_stands_behind_the_first_thousands_of_words_is_left_out() -> None:
    assert likeness("disk full " * MOST_WORDS, "disk full " * MOST_WORDS + "certificate " * 9_000) > 0.99999


def test_a_word_is_cut_into_its_longest_known_pieces() -> None:
    pieces = Pieces(["un", "##able", "##ab", "##le", "able", "a"])
    assert pieces.of_word("unable") == (0, 1)
    assert pieces.of_word("UnableAble") == (0, 1, 4)
    assert pieces.of_word("a") == (5,)


def test_a_word_with_an_unknown_rest_has_no_pieces() -> None:
    assert Pieces(["un", "##able"]).of_word("unkind") == ()


def test_the_vectors_are_not_read_before_they_are_used() -> None:
    code = (
        "import sys; from pathlib import Path; from app.search.meaning import TokenVectors;"
        "TokenVectors(Path('/nowhere/none.npz')); print('made')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "made"


def test_a_short_section_is_one_chunk_with_title_and_heading_in_front() -> None:
    assert chunks("Disk full", "First steps", "Look at  the\nbiggest folders.") == [
        "Disk full\nFirst steps\nLook at the biggest folders."
    ]


def test_a_section_without_text_is_its_title_and_heading() -> None:
    assert chunks("Disk full", "First steps", " \n") == ["Disk full\nFirst steps"]
    assert chunks("Disk full", "", "") == ["Disk full"]
    assert chunks("", "", "") == [""]


@given(st.lists(st.sampled_from(["a", "bc", "d-e", "f.g"]), max_size=900))
@settings(max_examples=50)
def test_a_long_section_is_cut_evenly_and_nothing_is_lost(words: list[str]) -> None:
    parts = [chunk.removeprefix("Title\nHeading").split() for chunk in chunks("Title", "Heading", " ".join(words))]
    assert [word for part in parts for word in part] == words
    assert max(map(len, parts)) <= 1.5 * CHUNK_WORDS
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
