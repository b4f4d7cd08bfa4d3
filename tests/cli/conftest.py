"""A site in a folder of its own, worked by its command line: in this process if that is enough, else as processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from app.cli import main

PATIENCE = 30.0
RUNBOOK = """---
id: {id}
kind: runbook
audience: {audience}
owner: platform
alerts: [{alert}]
---
# {title}

{word} begins here.

## Symptoms

The log says `{word}` and nothing else.

## Mitigation {{#mitigate}}

```sh
kubectl rollout restart deployment/{word}
```
"""


def wait_for(answer: Callable[[], Any], what: str) -> Any:
    """The first true answer. It is asked again and again, for PATIENCE seconds at most."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := answer():
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen in {PATIENCE:.0f} s")


class Site:
    """`run` calls a command here and now, `json` reads what it answers, `start` makes a process of it."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.content.mkdir()
        self.index = folder / "index"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "HINDSIGHT_DATA": str(folder / "data"),
            "HINDSIGHT_INDEX": str(self.index),
            "HINDSIGHT_CONTENT": str(self.content),
            "HINDSIGHT_PORT": str(self.port),
            "HINDSIGHT_BASE_URL": self.address,
            "NO_COLOR": "",
        }
        self.processes: list[subprocess.Popen[str]] = []

    def write(self, path: str, text: str) -> Path:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def runbook(
        self, id: str, word: str, audience: str = "public", title: str = "", alert: str = "SomethingDown"
    ) -> Path:
        text = RUNBOOK.format(id=id, word=word, audience=audience, title=title or f"Case {id}", alert=alert)
        return self.write(f"runbooks/{id}.md", text)

    def run(self, *arguments: str, input: str | None = None) -> Result:
        return CliRunner(env=self.environment).invoke(main, arguments, input=input, prog_name="hindsight")

    def json(self, *arguments: str, code: int = 0, input: str | None = None) -> Any:
        done = self.run(*arguments, "--json", input=input)
        assert done.exit_code == code, (arguments, done.output, done.exception)
        return json.loads(done.stdout)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(
            (sys.executable, "-m", "app.cli", *arguments),
            env={**os.environ, **self.environment},
            **{**streams, **options},
        )
        self.processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[str]:
        """`hindsight serve`, ready."""
        process = self.start("serve", "--json")

        def ready() -> bool:
            assert process.poll() is None, process.communicate()
            with suppress(httpx.TransportError):
                return httpx.get(f"{self.address}/readyz").status_code == 200
            return False

        wait_for(ready, "readiness")
        return process

    def running(self) -> list[str]:
        """The command lines of this site's processes, found by the folder that they were all given."""
        mark = f"HINDSIGHT_INDEX={self.index}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.end()


@pytest.fixture
def library(told_site: Path, tmp_path: Path) -> Site:
    """A copy of the module's own `told_site`, for one test to change."""
    site = Site(tmp_path)
    shutil.copytree(told_site, tmp_path, dirs_exist_ok=True)
    return site
