"""Requests to a site on this machine, by clients that keep their connections; as many as were asked for, no more."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

import numpy as np

from tests.bench.report import Row

PATIENCE = 60.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Client:
    """One reader's connection; plain, so that what is measured is the site."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def get(self, path: str, **query: str) -> tuple[int, bytes]:
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def form(self, path: str) -> tuple[str, dict[str, str]]:
        """The token of the page's form, and the headers with which it is sent back."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        token = _TOKEN.search(answer.read().decode())
        cookies = SimpleCookie(answer.headers["Set-Cookie"])
        kept = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
        return token[1] if token else "", {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}

    def post(self, path: str, headers: dict[str, str], **fields: str) -> tuple[int, bytes]:
        return self._ask("POST", path, urlencode(fields), headers)

    def close(self) -> None:
        self.connection.close()

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            # The next request opens a new one.
            self.connection.close()
            return 0, b""


@dataclass(frozen=True)
class Load:
    """Milliseconds of every request that was answered, how many were not, and how long all of it took."""

    took: list[float]
    errors: int
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds


def load(port: int, clients: int, requests: Sequence[tuple[str, dict[str, str]]]) -> Load:
    """Sends each request once; every client sends its next as soon as it has the answer to its last."""
    turn = count()

    def client() -> list[tuple[float, int]]:
        each = Client(port)
        found = []
        while (number := next(turn)) < len(requests):
            path, query = requests[number]
            begun = time.perf_counter()
            status, _ = each.get(path, **query)
            found.append((1000 * (time.perf_counter() - begun), status))
        each.close()
        return found

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        running = [threads.submit(client) for _ in range(clients)]
        answered = [each for future in running for each in future.result()]
    seconds = time.perf_counter() - begun
    took = [milliseconds for milliseconds, status in answered if status == 200]
    return Load(took, len(answered) - len(took), seconds)


def row(named: Row, case: str, took: Sequence[float]) -> Row:
    if not took:
        return {**named, "case": case, "p50_ms": None, "p95_ms": None, "p99_ms": None}
    p50, p95, p99 = (round(float(each), 2) for each in np.percentile(took, [50, 95, 99]))
    return {**named, "case": case, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99}


def said(row: Row) -> str:
    """A row as a line to read."""
    figures = [
        f"{name.removesuffix('_ms')} {row[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms") if row.get(name)
    ]
    more = [f"{row['per_s']:.0f}/s"] if "per_s" in row else []
    more += [f"{row['s']} s"] if "s" in row else []
    more += [f"{row['share']:.2%}"] if "share" in row else []
    more += [f"{row['errors']} errors"] if "errors" in row else []
    more += [f"{row['bytes'] / 1e6:,.0f} MB"] if row.get("bytes") else []
    return f"{row['case']}: " + ", ".join([*(f"{each} ms" for each in figures), *more])
