"""What Prometheus reads. With several web processes, `hindsight serve` sets PROMETHEUS_MULTIPROC_DIR to an empty folder
before anything of this is imported: each process then counts in its own file there, and whichever process is asked adds
them up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

_own = CollectorRegistry()
REQUESTS = Histogram(
    "hindsight_request_seconds", "Time to answer a request", ("endpoint", "status"), buckets=BUCKETS, registry=_own
)
SEARCHES = Counter("hindsight_searches", "Searches, by whether they found something", ("outcome",), registry=_own)
DROPPED = Counter("hindsight_hits_dropped", "Hits without a row, left out of the answer", registry=_own)


class Now(Collector):
    """Figures that are read when they are asked for: the same whichever process answers."""

    def __init__(self, figures: dict[str, tuple[str, float]]) -> None:
        self.figures = figures

    def collect(self) -> Iterable[Metric]:
        for name, (help, value) in self.figures.items():
            yield GaugeMetricFamily(name, help, value)


def exposition(figures: dict[str, tuple[str, float]]) -> bytes:
    """All that was counted, by all processes, and these figures."""
    registry = CollectorRegistry()
    registry.register(Now(figures))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # registers itself
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_own)


def _start() -> None:
    g.started = time.perf_counter()


def _stop(response: Response) -> Response:
    if started := g.get("started"):
        endpoint = request.endpoint or "unknown"
        REQUESTS.labels(endpoint, f"{response.status_code // 100}xx").observe(time.perf_counter() - started)
    return response


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_stop)
