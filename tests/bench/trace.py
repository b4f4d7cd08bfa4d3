"""A pasted stack trace with two hundred lines, as a server logs it."""

from __future__ import annotations

import random

from tests.bench.corpus import Text

LINES = 200
_PACKAGES = ("com.example", "org.springframework.web", "io.netty.channel", "java.util.concurrent", "com.zaxxer.hikari")
_CLASSES = (
    "PoolBase",
    "Dispatcher",
    "RequestHandler",
    "FilterChain",
    "ThreadPoolExecutor",
    "OrderService",
    "LedgerStore",
)
_METHODS = ("getConnection", "doFilter", "invoke", "handle", "run", "submit", "process", "flush")


def trace(text: Text, seed: int) -> str:
    """It is about what a document is about: its service and words of its title."""
    rng = random.Random(seed)
    service, words = text.services[0], text.title.lower()
    pod = f"{service}-6d4cf56db6-x{seed % 10}k9z"
    lines = [
        f"2026-08-0{seed % 9 + 1}T03:12:44.{seed:03}Z ERROR [{service}] pod={pod} {words}",
        f'Exception in thread "main" java.sql.SQLTransientConnectionException: {words}, timed out after 30000ms.',
    ]
    while len(lines) < LINES:
        if rng.random() < 0.03:
            lines.append(f"Caused by: java.net.SocketTimeoutException: {rng.choice(words.split())} timed out")
        where = f"{rng.choice(_PACKAGES)}.{rng.choice(_CLASSES)}.{rng.choice(_METHODS)}"
        lines.append(f"\tat {where}({rng.choice(_CLASSES)}.java:{rng.randint(10, 900)})")
    return "\n".join(lines[:LINES])
