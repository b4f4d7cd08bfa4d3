"""How well causes are suggested, by texts that somebody judged: each is asked of a model that has not seen it."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.insight.tags.model import LIKELY, Category, Lesson, TagModel

FOLDS = 5
# Categories with fewer texts are shown, and left out of the mean.
LEAST = 5
FIRST = 3


@dataclass(frozen=True)
class Judged:
    """A text with the names of its categories as somebody judged it; they need not be the taxonomy's own names."""

    id: str
    title: str
    text: str
    judged: frozenset[str]


def evaluate(
    categories: Sequence[Category], lessons: Sequence[Lesson], texts: Sequence[Judged], learn: bool = True
) -> dict[str, Any]:
    """The share of texts with a right category among the first three, and F1 of each category.

    Five-fold: what was judged of the other folds is learned beside `lessons`, unless not `learn`. A child counts for
    the nearest category above it that the judge knows.
    """
    names = _names(categories, {name for text in texts for name in text.judged})
    order = sorted(texts, key=lambda text: (zlib.crc32(text.id.encode()), text.id))
    asked: list[tuple[Judged, list[str], list[str]]] = []
    for fold in range(FOLDS if learn else 1):
        held = order[fold::FOLDS] if learn else order
        told = [lesson for text in order if text not in held for lesson in _lesson(text, categories)] if learn else []
        model = TagModel(categories, [*lessons, *told])
        for text in held:
            said = [(names.get(each.value, each.value), each) for each in model.suggest(text.title, text.text)]
            likely = list(dict.fromkeys(name for name, each in said if each.score >= LIKELY))
            first = list(dict.fromkeys(name for name, _ in said))[:FIRST]
            asked.append((text, likely, first))
    return _report(asked)


def _names(categories: Iterable[Category], judged: Iterable[str]) -> dict[str, str]:
    """For each category the judge's name of it, or of the nearest one above it."""
    found = {each.name: each for each in categories}
    known = _known(found.values())
    own = {known[name.casefold()]: name for name in sorted(judged) if name.casefold() in known}
    names: dict[str, str] = {}
    for each in found.values():
        above: str | None = each.name
        seen: set[str] = set()
        while above and above not in own and above in found and above not in seen:
            seen.add(above)
            above = found[above].parent
        if above in own:
            names[each.name] = own[above]
    return names


def _known(categories: Iterable[Category]) -> dict[str, str]:
    """What each category is called, casefolded; a name goes before an alias."""
    categories = list(categories)
    known = {each.name.casefold(): each.name for each in categories}
    for each in categories:
        for called in (each.title, *each.aliases):
            known.setdefault(called.casefold(), each.name)
    return known


def _lesson(text: Judged, categories: Iterable[Category]) -> Iterator[Lesson]:
    known = _known(categories)
    tags = frozenset(known[name.casefold()] for name in text.judged if name.casefold() in known)
    if tags:
        yield Lesson(f"{text.title}.\n{text.text}", tags)


def _report(asked: Sequence[tuple[Judged, Sequence[str], Sequence[str]]]) -> dict[str, Any]:
    counted = Counter(name for text, _, _ in asked for name in text.judged)
    said = Counter(name for _, likely, _ in asked for name in likely)
    right = Counter(name for text, likely, _ in asked for name in likely if name in text.judged)
    categories = {
        name: {"n": count, "f1": round(2 * right[name] / (count + said[name]), 3)}
        for name, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    }
    figures = [each["f1"] for each in categories.values() if each["n"] >= LEAST]
    hits = sum(not text.judged.isdisjoint(first) for text, _, first in asked)
    return {
        "n": len(asked),
        "macro_f1": round(sum(figures) / len(figures), 3) if figures else 0.0,
        "right_in_3": round(hits / len(asked), 3) if asked else 0.0,
        "categories": categories,
    }
