"""What was promised again and again, and the question that is left open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from app.library.actions import WAITING, ActionItem

# Two titles promise the same from here on: of 100, by the words that they share, and by all of their words.
SHARED, WHOLE = 88, 62
# Each new title is compared with at most so many others; what is beyond stands alone.
MOST_COMPARED, NEAREST = 150, 5
LEAST_WORDS = 3

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Promise:
    """One thing that was promised, in nearly the same words, the newest first."""

    actions: tuple[ActionItem, ...]

    @property
    def title(self) -> str:
        return self.actions[0].title

    @property
    def times(self) -> int:
        """In how many incidents."""
        return len({action.document_id for action in self.actions})


def grouped(actions: Sequence[ActionItem], today: date) -> list[Promise]:
    """Near-identical promises together: what was promised most often comes first, then what is overdue, then what
    waits.
    """
    groups: dict[str, list[ActionItem]] = {}
    compared: list[str] = []
    for action in actions:
        title = " ".join(_WORD.findall(action.title.casefold()))
        if title not in groups and len(title.split()) >= LEAST_WORDS:
            same = _same(title, compared)
            if same is None and len(compared) < MOST_COMPARED:
                compared.append(title)
            title = same or title
        groups.setdefault(title, []).append(action)

    def urgency(promise: Promise) -> tuple[int, int]:
        waiting = [action for action in promise.actions if action.status in WAITING]
        late = any(action.overdue(today) for action in waiting)
        settled = all(action.status and action.status not in WAITING for action in promise.actions)
        return -promise.times, 0 if late else 1 if waiting else 3 if settled else 2

    return sorted((Promise(tuple(group)) for group in groups.values()), key=urgency)


def _same(title: str, known: Sequence[str]) -> str | None:
    """The title among these that says the same."""
    near = process.extract(title, known, scorer=fuzz.token_set_ratio, score_cutoff=SHARED, limit=NEAREST)
    return next((other for other, *_ in near if fuzz.token_sort_ratio(title, other) >= WHOLE), None)


def told(promise: Promise, today: date) -> str:
    """`promised 3 times: open once, done twice`."""
    words = Counter(_state(action, today) for action in promise.actions)
    states = ", ".join(f"{word} {_times(count)}" for word, count in words.most_common())
    return f"promised {_times(promise.times)}: {states}"


def _state(action: ActionItem, today: date) -> str:
    names = {"in-progress": "in progress", "wont-do": "won't be done", None: "state not stated"}
    return "overdue" if action.overdue(today) else names.get(action.status, str(action.status))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def open_question(actions: Sequence[ActionItem], today: date) -> str:
    """What is left to ask about the actions that should have prevented it, as the second half of a sentence."""
    if not actions:
        return "nothing was promised"
    preventing = [action for action in actions if action.kind == "prevent"]
    if not preventing:
        known = all(action.kind for action in actions)
        return "nothing was promised to prevent it" if known else "no promise says that it prevents it"
    for chosen, said in (
        ([action for action in preventing if action.overdue(today)], _overdue),
        ([action for action in preventing if action.status in WAITING], _waiting),
        ([action for action in preventing if action.status is None], _unknown),
    ):
        if chosen:
            return said(chosen, len(preventing), today)
    refused = sum(action.status == "wont-do" for action in preventing)
    if refused == len(preventing):
        return "every preventing action was given up"
    return f"every preventing action is done{f', but for {refused} given up' if refused else ''}"


def _which(chosen: Sequence[ActionItem], of: int) -> str:
    if of == 1:
        return "the preventing action is"
    if len(chosen) == of:
        return f"{'both' if of == 2 else f'all {of:,}'} preventing actions are"
    return f"{len(chosen):,} of {of:,} preventing actions {'is' if len(chosen) == 1 else 'are'}"


def _owner(action: ActionItem) -> str:
    return f"owner {action.owner}" if action.owner else "no owner stated"


def _overdue(chosen: Sequence[ActionItem], of: int, today: date) -> str:
    oldest = min(chosen, key=lambda action: action.due or today)
    days = (today - (oldest.due or today)).days
    late = f"{days:,} day{'s' if days != 1 else ''}"
    overdue = f"{late} overdue" if len(chosen) == 1 else f"overdue, the longest by {late}"
    return f"{_which(chosen, of)} {overdue}, {_owner(oldest)}"


def _waiting(chosen: Sequence[ActionItem], of: int, today: date) -> str:
    dated = [action for action in chosen if action.due]
    first = min(dated, key=lambda action: action.due or today) if dated else chosen[0]
    when = f", due {first.due:%Y-%m-%d}" if first.due else ""
    owner = f", {_owner(first)}" if len(chosen) == 1 else ""
    return f"{_which(chosen, of)} still open{when}{owner}"


def _unknown(chosen: Sequence[ActionItem], of: int, _: date) -> str:
    if of == 1:
        return "whether the preventing action was done is not stated"
    if len(chosen) == of:
        return f"whether any of the {of:,} preventing actions was done is not stated"
    return f"whether {len(chosen):,} of {of:,} preventing actions {_were(len(chosen))} done is not stated"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
