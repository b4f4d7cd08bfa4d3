"""The names that the catalog knows, and what a name in a document stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process

from app.text.names import folded

NEAR = 65


@dataclass(frozen=True)
class Names:
    """Entries of one kind, by their folded names and aliases."""

    meant: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> Names:
        """Entries whose first key is their name. A name beats an alias, and the first of two aliases counts."""
        named = [(str(next(iter(entry.values()))), entry.get("aliases") or ()) for entry in entries]
        meant = {folded(name): name for name, _ in named}
        for name, aliases in named:
            for alias in aliases:
                meant.setdefault(folded(alias), name)
        return cls(meant)

    def find(self, said: str) -> str | None:
        return self.meant.get(folded(said))

    def nearest(self, said: str) -> str | None:
        """The name or alias, folded, that is most like this, or None where none is."""
        close = process.extractOne(folded(said)[:200], self.meant.keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
        return str(close[0]) if close else None

    def mend(self, said: str, otherwise: str) -> str:
        """What to do about a name that is not known."""
        near = self.nearest(said)
        if near is None:
            return f"Correct it, or {otherwise}."
        name = self.meant[near]
        meant = f"`{name}`" if folded(name) == near else f"`{near}`, which is `{name}`"
        return f"Did you mean {meant}? Correct it, or {otherwise}."


@dataclass(frozen=True)
class Known:
    """`former` names of causes and services are no longer in the catalog; documents that state them keep the link."""

    causes: Names = Names()
    services: Names = Names()
    severities: Names = Names()
    former: frozenset[str] = frozenset()

    def meaning(self, said: Iterable[str]) -> str:
        """A digest that changes when one of these (`service:name`) comes to mean something else.

        A title, a definition or an owner is read where it is shown, so a change of it touches no document.
        """
        meant = []
        for each in said:
            kind, _, name = each.partition(":")
            names = {"cause": self.causes, "service": self.services, "severity": self.severities}[kind]
            # For an unknown one the whole catalog counts: a nearer name may have come.
            meant.append(f"{each}={names.find(name) or self._all}")
        return hashlib.sha256("\n".join(meant).encode()).hexdigest()[:12] if meant else ""

    @cached_property
    def _all(self) -> str:
        every = (sorted(names.meant.items()) for names in (self.causes, self.services, self.severities))
        return hashlib.sha256(repr((*every, sorted(self.former))).encode()).hexdigest()
