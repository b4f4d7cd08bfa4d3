"""A site in a folder of its own, worked by its command line as an operator works it, and looked at from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from app.errors import Unavailable
from app.search.engines.whoosh import open_reader

HINDSIGHT = (sys.executable, "-m", "app.cli")
ROOT = Path(__file__).parents[2]
RUNBOOK = """---
kind: runbook
audience: public
owner: platform
---
# {title}

## Symptoms

The log says `{word}` and nothing else.

## Mitigation

```sh
kubectl -n shop rollout restart deployment/{word}
```
"""


PATIENCE = 60.0


def wait_for(answer: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true answer. It is asked again and again, for `patience` seconds at most."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := answer():
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen in {patience:.0f} s")


class Site:
    """`words[path]` is the word that the file at `path` holds now; no word is ever used twice."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.content = folder / "content"
        self.index = folder / "index"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "HINDSIGHT_PORT": str(port),
            "HINDSIGHT_BASE_URL": self.address,
            "HINDSIGHT_WEB_WORKERS": "2",
            "HINDSIGHT_DATA": str(folder / "data"),
            "HINDSIGHT_INDEX": str(self.index),
            "HINDSIGHT_CONTENT": str(self.content),
        }
        self.used = 0
        self.words: dict[str, str] = {}
        for number in range(documents):
            self.write(f"runbooks/case-{number:03}.md")

    def write(self, path: str) -> None:
        self.used += 1
        self.words[path] = f"zq{self.used:06}x"
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(RUNBOOK.format(title=f"Case {Path(path).stem}", word=self.words[path]))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command in the background, in a process group of its own."""
        return subprocess.Popen(
            (*HINDSIGHT, *arguments),
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(self, *arguments: str, fine: tuple[int, ...] = (0,)) -> Any:
        """What a command answers with `--json`."""
        done = subprocess.run(
            (*HINDSIGHT, *arguments, "--json"),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in fine, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    @contextmanager
    def serve(self) -> Iterator[Served]:
        """`hindsight serve`, ready to answer, while the block runs."""
        log = self.content.with_name("serve.log")
        with log.open("wb") as file:
            process = subprocess.Popen(
                (*HINDSIGHT, "serve"),
                env=self.environment,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=file,
                start_new_session=True,
            )
        served = Served(self, process.pid, log)
        try:
            wait_for(lambda: process.poll() is not None or served.ready(), "readiness")
            assert process.poll() is None, log.read_text()
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        told = log.read_text()
        assert "SIGBUS" not in told, told
        assert ("Traceback" in told) == bool(served.expected), told
        assert served.expected in told


class Served:
    """A running site, asked over HTTP; a new connection each time, so that every web process has its turn.

    `expected` is what a failure that it logs must be about; none is expected where it is empty.
    """

    def __init__(self, site: Site, pid: int, log: Path) -> None:
        self.site, self.pid, self.log = site, pid, log
        self.expected = ""

    def settled(self) -> None:
        """Returns when the worker has the index, and every web process has opened it."""
        wait_for(lambda: "index at revision" in self.log.read_text(), "a worker with the index")
        for _ in range(12):
            self.get("/readyz")

    def healed(self) -> bool:
        """Whether a process that has nothing open yet could answer."""
        reader = open_reader(self.site.index)
        try:
            return reader.state().documents == len(self.site.words)
        except Unavailable:
            return False
        finally:
            reader.close()

    def get(self, path: str, **query: str) -> httpx.Response:
        return httpx.get(f"{self.site.address}{path}", params=query, timeout=PATIENCE)

    def ready(self) -> bool:
        with suppress(httpx.TransportError):
            return self.get("/readyz").status_code == 200
        return False

    def found(self, word: str) -> int | None:
        """How many documents hold this very word; None where the site says that it cannot answer now."""
        response = self.get("/search.json", q=f'"{word}"')
        if response.status_code == 503:
            assert "index" in response.json()["error"]["message"], response.text
            return None
        assert response.status_code == 200, response.text
        total: int = response.json()["total"]
        return total

    def web(self) -> set[int]:
        """The processes that answer."""
        return {grandchild for child in children(self.pid) for grandchild in children(child)}

    def worker(self) -> int | None:
        """The process that writes the index: of the two children the one that has none itself."""
        return next((child for child in children(self.pid) if not children(child)), None)

    def end_web_processes(self) -> None:
        """Each web process is replaced by one that has nothing open yet."""
        before = self.web()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: len(self.web() - before) == len(before), "other web processes")


def children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
