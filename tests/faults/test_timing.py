"""How long an answer takes must not tell an outsider either whether restricted documents are there."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from statistics import median

from flask.testing import FlaskClient

from app.viewer import PUBLIC
from tests.retrieval.test_visibility import ANONYMOUS, some_pages, twins

TIMES = 200
ROUNDS = 5
WITHIN = 0.10
# A word of public documents, one of restricted ones alone, its beginning, a slip of it, a phrase, one of nowhere.
QUESTIONS = ("pool", "zircon", "zirco", "zirkon", '"zircon zirconia"', "nowhere", "tag:pool")


def spent(client: FlaskClient, question: str) -> float:
    """The processor's time for one answer: what else the machine does meanwhile is not counted."""
    started = time.thread_time()
    client.get("/search.json", query_string={"q": question})
    return time.thread_time() - started


def apart(clients: tuple[FlaskClient, FlaskClient], question: str) -> float:
    """How far the medians of two sites lie apart, asked in turn."""
    times = [[spent(client, question) for client in clients] for _ in range(TIMES)]
    whole, without = (median(each) for each in zip(*times, strict=True))
    return abs(whole / without - 1)


def test_an_answer_takes_as_long_with_restricted_documents_as_without() -> None:
    dice = random.Random(8)
    public = some_pages(dice, 300, [PUBLIC], "public")
    hidden = [
        replace(page, id=f"hidden-{page.id}", audience="team:payments", body=page.body + " zircon zirconia")
        for page in some_pages(dice, 30, [PUBLIC], "page")
    ]
    with twins((ANONYMOUS,)) as both:
        both.shelve([*public, *hidden])
        clients = (both.whole.client(), both.without[ANONYMOUS].client())
        # Noise only ever sets them apart: of several rounds the nearest counts.
        for question in QUESTIONS:
            assert any(apart(clients, question) < WITHIN for _ in range(ROUNDS)), question
