"""Two sites with the same documents, of which one lacks those that an outsider may not see: the outsider cannot tell
one from the other, whatever is asked.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from app.cli import main
from app.viewer import ORGANISATION, PUBLIC
from tests.web.published import ANONYMOUS, FILES, OUTSIDER, Published, publish, without_token

# Each example is several sites: a smaller one is not looked for, since the message names what differs.
SLOW: dict[str, Any] = {"deadline": None, "phases": [Phase.generate], "suppress_health_check": list(HealthCheck)}
# What each of them may see.
SEEN = {ANONYMOUS: {PUBLIC}, OUTSIDER: {PUBLIC, ORGANISATION, "team:search"}}
AUDIENCES = (PUBLIC, ORGANISATION, "team:payments", "team:search")
CATALOG = {name: text for name, text in FILES.items() if "/" not in name}
# Words that are mistaken for one another, that begin alike, and that share a stem.
WORDS = (
    "pool pools pooled poll database databse exhausted exhaust exhausting replica replicas replicated restart "
    "restarted kafka kafak kyanite kyanites etcd etcdctl disk disc queue queued certificate oom memory out of 503 x509"
).split()
ALERTS = ("PgPoolSaturated", "PgPoolSaturate", "KyaniteLedgerStuck", "DiskFull", "QueueStuck")
OWNERS = ("platform", "databases", "larimarists")
SERVICES = ("checkout", "postgresql", "rhodonite-ledger")
CAUSES = ("capacity", "connections", "deploy")
LEVELS = ("SEV1", "SEV2", "SEV3")


@dataclass(frozen=True)
class Page:
    """A document of one section, in a file of its own."""

    id: str
    kind: str
    audience: str
    title: str
    heading: str
    body: str
    service: str
    alert: str
    owner: str
    tag: str
    facts: tuple[str, str, int]

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.id}.md"

    def text(self) -> str:
        level, cause, day = self.facts
        front: dict[str, object] = {"id": self.id, "kind": self.kind, "title": self.title, "audience": self.audience}
        front |= {"services": [self.service], "alerts": [self.alert], "owner": self.owner, "tags": [self.tag]}
        if self.kind == "postmortem":
            front |= {"severity": level, "causes": [cause], "started": f"2026-05-{day:02}"}
        written = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
        command = f"```sh\n{self.tag}ctl restart {self.alert}\n```"
        return f"---\n{written}\n---\n\n## {self.heading}\n\n{self.body}\n\n{command}\n"


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
pages = st.builds(
    Page,
    id=st.just(""),
    kind=st.sampled_from(("runbook", "postmortem")),
    audience=st.sampled_from(AUDIENCES),
    title=texts,
    heading=texts,
    body=texts,
    service=st.sampled_from(SERVICES),
    alert=st.sampled_from(ALERTS),
    owner=st.sampled_from(OWNERS),
    tag=st.sampled_from(WORDS[:8]),
    facts=st.tuples(st.sampled_from(LEVELS), st.sampled_from(CAUSES), st.integers(1, 28)),
)
# What is in the library after each of several ingests: a document may come later, go, change, or change its audience.
shelves = st.lists(pages, min_size=2, max_size=10).map(
    lambda several: [replace(page, id=f"page-{number}") for number, page in enumerate(several)]
)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Page]]:
    shelf = draw(shelves)
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        steps.append([page for page in shelf if draw(st.integers(0, 4))])
        shelf = [
            replace(page, audience=draw(st.sampled_from(AUDIENCES))) if not draw(st.integers(0, 4)) else page
            for page in shelf
        ]
    # Where there are documents of teams alone, word statistics are taken over all of them.
    assume(all(any(page.audience in (PUBLIC, ORGANISATION) for page in shelf) for shelf in steps))
    return steps


def slips(word: str, dice: random.Random) -> list[str]:
    """The word, its beginnings, and what slips of the fingers make of it."""
    at = dice.randrange(max(len(word) - 1, 1))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return [word, word[: at + 1], swapped, word[:at] + "z" + word[at + 1 :], word[:at] + word[at + 1 :]]


def questions(history: Sequence[Sequence[Page]], dice: random.Random, count: int) -> list[str]:
    """Questions in the words of all documents, those that the outsider never sees above all."""
    words, filters = list(WORDS), [f"kind:{kind}" for kind in ("runbook", "postmortem")]
    for page in (page for shelf in history for page in shelf):
        words += [page.alert, *page.title.split(), *page.body.split()]
        filters += [f"service:{page.service}", f"alert:{page.alert}", f"owner:{page.owner}", f"tag:{page.tag}"]
        filters += [f"severity:{page.facts[0]}", f"cause:{page.facts[1]}", "after:2026-05-14", "before:2026-05-14"]
    asked = [""]
    for _ in range(count):
        several = [dice.choice(slips(dice.choice(words), dice)) for _ in range(dice.choice((1, 1, 1, 2, 3, 5)))]
        form = dice.choice(
            ("{}", "{}", "{}", '"{}"', "-{}", "{} OR kafka", "{} {filter}", "{filter}", "pool -{filter}")
        )
        asked.append(form.format(" ".join(several), filter=dice.choice(filters)))
    return asked


class Twins:
    """`whole` has every document, `without[persona]` only those that this persona may see."""

    def __init__(self, folder: Path, stack: ExitStack, personas: Sequence[str]) -> None:
        self.whole = self._site(folder / "whole", stack)
        self.without = {persona: self._site(folder / f"without-{persona}", stack) for persona in personas}

    def _site(self, folder: Path, stack: ExitStack) -> Published:
        site = publish(folder, CATALOG)
        stack.callback(site.close)
        return site

    def shelve(self, pages: Sequence[Page]) -> None:
        """One ingest of each site."""
        for site, seen in ((self.whole, set(AUDIENCES)), *((site, SEEN[who]) for who, site in self.without.items())):
            for old in site.content.rglob("*s/*.md"):
                old.unlink()
            for page in pages:
                if page.audience in seen:
                    site.write(page.path, page.text())
            report = site.ingest()
            assert [problem for problem in report.problems if problem.level == "error"] == []

    def pairs(self) -> Iterator[tuple[Answering, Answering]]:
        for persona, site in self.without.items():
            yield Answering(self.whole, persona), Answering(site, persona)


@contextmanager
def twins(personas: Sequence[str] = tuple(SEEN)) -> Iterator[Twins]:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        yield Twins(Path(folder), stack, personas)


class Answering:
    """A site, as one persona sees it: every way to ask, without what differs each time anyway."""

    def __init__(self, site: Published, persona: str) -> None:
        self.site, self.persona = site, persona
        self.client: FlaskClient = site.client(persona)

    def get(self, path: str, **query: str) -> str:
        response = self.client.get(path, query_string=query)
        assert response.status_code in (200, 301, 404), (path, query)
        headers = [
            f"{name}: {value}" for name, value in response.headers if name not in ("Set-Cookie", "Content-Length")
        ]
        return self._same(f"{response.status}\n{sorted(headers)}\n{response.text}")

    def paste(self, text: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/lookup").text)
        assert token
        form = {"q": text, "csrf_token": token[1]}
        response = self.client.post("/lookup.json", data=form)
        assert response.status_code == 200, text
        return self._same(f"{response.status}\n{response.text}")

    def command(self, *arguments: str) -> str:
        """What the command line answers, through the eyes of this persona."""
        folder = self.site.settings
        environment = {
            "HINDSIGHT_DATA": str(folder.data),
            "HINDSIGHT_INDEX": str(folder.index),
            "HINDSIGHT_CONTENT": str(folder.content[0]),
        }
        done = CliRunner(env=environment).invoke(main, [arguments[0], "--as", self.persona, "--json", *arguments[1:]])
        assert done.exit_code in (0, 1), (arguments, done.output, done.exception)
        return self._same(done.output)

    def everything(self, question: str) -> str:
        """As one types, sent, as a page, as an alert's name, pasted."""
        name = re.sub(r"[^A-Za-z0-9-]", "", question) or "x"
        return "\n".join(
            (
                self.get("/search.json", q=question, typing="1"),
                self.get("/search.json", q=question),
                self.get("/search", q=question, explain="1"),
                self.get(f"/alerts/{name}", namespace="shop"),
                self.paste(f"[FIRING:1] {name}\n{question} refused after 300ms"),
            )
        )

    def _same(self, text: str) -> str:
        text = text.replace(str(self.site.settings.data.parent), "")
        text = re.sub(r'("took_ms": ?)[\d.]+', r"\1", text)
        text = re.sub(r"\d+ in \d+ ms", "", text)
        return without_token(text)


def alike(pair: tuple[Answering, Answering], ask: Callable[[Answering], str], said: str) -> None:
    whole, without = map(ask, pair)
    if whole != without:
        at = next((at for at, (one, other) in enumerate(zip(whole, without, strict=False)) if one != other), 0)
        told = f"…{whole[max(at - 200, 0) : at + 80]}… and …{without[max(at - 20, 0) : at + 80]}…"
        pytest.fail(f"{pair[0].persona} can tell by {said!r}: {told}")


def tell_apart(history: Sequence[Sequence[Page]], dice: random.Random, count: int) -> None:
    with twins() as both:
        for step, shelf in enumerate(history):
            both.shelve(shelf)
            for pair in both.pairs():
                for question in questions(history[: step + 1], dice, count):
                    alike(pair, lambda each, asked=question: each.everything(asked), question)


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=5, **SLOW)
def test_an_outsider_cannot_tell_whether_restricted_documents_are_there(
    history: list[list[Page]], dice: random.Random
) -> None:
    tell_apart(history, dice, 8)


@pytest.mark.long
@pytest.mark.timeout(3000)
@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=60, **SLOW)
def test_an_outsider_cannot_tell_in_many_libraries(history: list[list[Page]], dice: random.Random) -> None:
    tell_apart(history, dice, 20)


def some_pages(dice: random.Random, count: int, audiences: Sequence[str], begin: str) -> list[Page]:
    def text(longest: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(dice.randrange(1, longest)))

    return [
        Page(
            f"{begin}-{number}",
            dice.choice(("runbook", "postmortem")),
            dice.choice(audiences),
            *(text(5), text(4), text(40)),
            *(dice.choice(SERVICES), dice.choice(ALERTS), dice.choice(OWNERS), dice.choice(WORDS[:8])),
            (dice.choice(LEVELS), dice.choice(CAUSES), dice.randrange(1, 29)),
        )
        for number in range(count)
    ]


def test_the_command_line_answers_an_outsider_the_same_to_the_last_digit(tmp_path: Path) -> None:
    dice = random.Random(5)
    shelf = some_pages(dice, 40, AUDIENCES, "page")
    with twins() as both:
        both.shelve(shelf)
        asked = [question for question in questions([shelf], dice, 12) if question]
        judged = tmp_path / "questions.jsonl"
        lines = [
            {"id": str(number), "kind": "any", "query": question, "relevant": [dice.choice(shelf).path]}
            for number, question in enumerate(asked)
        ]
        judged.write_text("".join(json.dumps(line) + "\n" for line in lines))
        for pair in both.pairs():
            for question in asked:
                alike(pair, lambda each, text=question: each.command("search", "--", text), question)
            alike(pair, lambda each: each.command("eval", "--misses", str(judged)), "eval")


@pytest.mark.parametrize("audience", ["team:payments", ORGANISATION])
def test_what_was_there_before_anything_public_leaves_no_trace_in_the_scores(audience: str) -> None:
    dice = random.Random(6)
    public = some_pages(dice, 12, [PUBLIC], "public")
    # About as long as what is public: so little a difference pins no averages anew.
    hidden = [replace(page, id=f"hidden-{page.id}", audience=audience, body=page.body + " disk") for page in public]
    with twins() as both:
        both.shelve(hidden)
        both.shelve([*hidden, *public])
        pair = next(both.pairs())
        for word in ("pool", "disk kafka", "database"):
            alike(pair, lambda each, text=word: each.command("search", text), word)
