"""Incidents as they are compared, and many of them as arrays."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.insight.labels import Labels, Weighed
from app.insight.profile import Profile
from app.insight.weights import NEIGHBOUR

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
LABELLED = ("words", "mechanism", "cause", "service", "alert", "detection")


@dataclass(frozen=True, slots=True)
class Case:
    """An incident, or what is compared with incidents: a draft, a pasted page, a live alert. `id` is "" where it is no
    document; `revisions` are the document's and the profile's.
    """

    profile: Profile
    causes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    detection: str | None = None
    started: datetime | None = None
    id: str = ""
    title: str = ""
    audience: str = ""
    revisions: tuple[int, int] = (0, 0)

    def labels(self, part: str, neighbours: Mapping[str, Iterable[str]]) -> Weighed:
        """What it has of a part, by CRC32. Services bring their `neighbours`, for less."""
        if part == "words":
            return self.profile.terms, self.profile.counts
        if part == "mechanism":
            return self.profile.mechanisms, self.profile.strengths
        if part == "service":
            weights = {near: NEIGHBOUR for name in self.services for near in neighbours.get(name, ())}
            return hashed(weights | dict.fromkeys(self.services, 1.0))
        names = {"cause": self.causes, "alert": self.alerts, "detection": (self.detection,)}[part]
        return hashed({name: 1.0 for name in names if name})


def hashed(weights: Mapping[str, float]) -> Weighed:
    by_hash = {zlib.crc32(name.encode()): weight for name, weight in weights.items()}
    hashes = sorted(by_hash)
    return np.array(hashes, np.uint32), np.array([by_hash[each] for each in hashes], np.float32)


class Shard:
    """Incidents that were put into arrays together. `alive` is False for one that has changed since, or is gone.
    `codes`: who may see each, as a place in `audiences`.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = list(cases)
        self.alive: Mask = np.ones(len(cases), bool)
        self.weighed = False
        self.audiences = sorted({case.audience for case in cases})
        places = {audience: place for place, audience in enumerate(self.audiences)}
        self.codes = np.array([places[case.audience] for case in cases], np.int64)
        # An incident's own services alone: neighbours come with the one that is compared.
        self.labels = {part: Labels([case.labels(part, {}) for case in cases]) for part in LABELLED}
        # Whole numbers, so that products are exact: an incident scores the same wherever it stands.
        rows = [case.profile.vector for case in cases]
        self.vectors: Floats = np.array(rows, np.float32).reshape(len(cases), -1)

    def copy(self) -> Shard:
        """The same arrays, but for what is changed in place."""
        other = copy(self)
        other.alive = self.alive.copy()
        other.labels = {part: copy(labels) for part, labels in self.labels.items()}
        return other


def joined(shards: Sequence[Shard]) -> Shard:
    """One shard of what is alive in several."""
    living = (case for shard in shards for case, there in zip(shard.cases, shard.alive, strict=True) if there)
    return Shard(sorted(living, key=lambda case: case.id))
