"""What says the same as what: the groups of words of the files, and those that were added in the browser over them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.library import AddedSynonym, Catalog

_WRITTEN = select(cast(Catalog.data, Text)).where(Catalog.name == "synonyms")
_ADDED = select(AddedSynonym.words).where(AddedSynonym.withdrawn.is_(None)).order_by(AddedSynonym.id)


def synonyms(session: Session, more: Sequence[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """For each word what else says the same. `more`: one group besides, to see what it would change. A session asks
    once.
    """
    known: dict[tuple[str, ...], Mapping[str, tuple[str, ...]]] = session.info.setdefault(synonyms, {})
    if tuple(more) not in known:
        known[tuple(more)] = _read(session, more)
    return known[tuple(more)]


def _read(session: Session, more: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    written, rows = session.scalar(_WRITTEN), session.scalars(_ADDED).all()
    return _others(written or "{}", tuple(tuple(words) for words in (*rows, more) if words))


@lru_cache(maxsize=8)
def _others(written: str, added: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    groups: list[list[str]] = json.loads(written).get("synonyms", [])
    others: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = [word.casefold() for word in group]
        for word in words:
            others[word] = others.get(word, ()) + tuple(other for other in words if other != word)
    for more in added:
        # It joins what is known already: whoever says that `kube` is `k8s` need not say `kubernetes` too. Its own words
        # come first, since only the first few of a long group are looked up.
        own = [word.casefold() for word in more]
        joined = tuple(dict.fromkeys([*own, *(other for word in own for other in others.get(word, ()))]))
        for word in joined:
            others[word] = tuple(other for other in joined if other != word)
    return others
