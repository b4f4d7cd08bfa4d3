"""How well lookups answer pages whose answers are known. It judges the same `answer` that the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.lookup.answer import Answer


@dataclass(frozen=True)
class Page:
    """A pasted text, and the paths of what answers it. A `service` of None: the text names none."""

    id: str
    kind: str
    text: str
    runbooks: frozenset[str]
    incidents: frozenset[str]
    service: str | None


@dataclass(frozen=True)
class Judged:
    """The rank of the first runbook, and of the first incident, that was wanted, from 1; 0 where none is shown."""

    page: Page
    runbook: int
    incident: int
    service: str | None
    shown: tuple[str, ...]


def judge(page: Page, answer: Answer) -> Judged:
    runbooks = [each.document.path for each in answer.runbooks]
    incidents = [each.document.path for each in answer.incidents]
    service = answer.owner.service if answer.owner else None
    return Judged(
        page, _rank(runbooks, page.runbooks), _rank(incidents, page.incidents), service, (*runbooks, *incidents)
    )


def _rank(paths: Sequence[str], wanted: frozenset[str]) -> int:
    return next((place for place, path in enumerate(paths, 1) if path in wanted), 0)


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Shares, each with its counts. success@n: of the pages that a runbook answers, those with one among the first n;
    the same for pages that incidents answer. `service`: of the pages that name one, those where it was told. `nothing`:
    of the pages that nothing answers, those for which nothing was claimed.
    """
    report: dict[str, Any] = {"n": len(judged)}

    def share(name: str, among: Iterable[bool]) -> None:
        marks = list(among)
        report[name] = round(sum(marks) / len(marks), 4) if marks else None
        report[f"{name}_of"] = [sum(marks), len(marks)]

    run = [each.runbook for each in judged if each.page.runbooks]
    past = [each.incident for each in judged if each.page.incidents]
    for most in (1, 3):
        share(f"success_at_{most}", (1 <= rank <= most for rank in run))
        share(f"incident_success_at_{most}", (1 <= rank <= most for rank in past))
    share("service", (_same(each.service, each.page.service) for each in judged if each.page.service))
    share("no_service", (each.service is None for each in judged if not each.page.service))
    nothing = (each for each in judged if not each.page.runbooks and not each.page.incidents)
    share("nothing", (not each.shown for each in nothing))
    return report


def _same(told: str | None, wanted: str | None) -> bool:
    return (told or "").casefold() == (wanted or "").casefold()


def evaluate(pages: Iterable[Page], ask: Callable[[str], Answer], misses: bool = False) -> dict[str, Any]:
    """Figures overall and for each kind of page; with `misses` also what was shown where something is wrong."""
    judged = [judge(page, ask(page.text)) for page in pages]
    kinds = dict.fromkeys(each.page.kind for each in judged)
    report: dict[str, Any] = {
        "overall": figures(judged),
        "kinds": {kind: figures([each for each in judged if each.page.kind == kind]) for kind in kinds},
    }
    if misses:
        report["misses"] = [
            {
                "id": each.page.id,
                "kind": each.page.kind,
                "runbook_rank": each.runbook,
                "incident_rank": each.incident,
                "service": each.service,
                "wanted": sorted(each.page.runbooks | each.page.incidents),
                "wanted_service": each.page.service,
                "shown": list(each.shown),
            }
            for each in judged
            if _wrong(each)
        ]
    return report


def _wrong(judged: Judged) -> bool:
    page = judged.page
    return (
        (bool(page.runbooks) and judged.runbook != 1)
        or (bool(page.incidents) and judged.incident != 1)
        or (page.service is not None and not _same(judged.service, page.service))
        or (not page.runbooks and not page.incidents and bool(judged.shown))
    )
