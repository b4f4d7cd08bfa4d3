"""A real site over generated documents: files in a content folder, the command line, and the processes of `serve`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.bench.building import ONE_THREAD
from tests.bench.corpus import CAUSES, SERVICES, Text

ROOT = Path(__file__).parents[2]
HINDSIGHT = (sys.executable, "-m", "app.cli")
PATIENCE = 60.0
FOLDERS = {"postmortem": "postmortems", "runbook": "runbooks", "guide": "guides"}


class Site:
    """A content folder, data and index under one folder, and a free port."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            **dict.fromkeys(ONE_THREAD, "1"),
            "HINDSIGHT_DATA": str(folder / "data"),
            "HINDSIGHT_INDEX": str(folder / "index"),
            "HINDSIGHT_CONTENT": str(self.content),
            "HINDSIGHT_PORT": str(self.port),
            "HINDSIGHT_BASE_URL": self.address,
            "HINDSIGHT_LOG_LEVEL": "warning",
        }
        # A site is started many times: its code is compiled once, as it is where it is installed.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def file(self, text: Text) -> Path:
        return self.content / FOLDERS[text.kind] / f"{text.id}.md"

    def write(self, texts: Iterable[Text], addition: str = "") -> int:
        """Writes documents as files, `addition` at the end of each; returns how many."""
        for folder in FOLDERS.values():
            (self.content / folder).mkdir(parents=True, exist_ok=True)
        written = 0
        for text in texts:
            self.file(text).write_text(markdown(text) + addition)
            written += 1
        return written

    def write_catalog(self) -> None:
        """What the documents name has to be known."""
        self.content.mkdir(parents=True, exist_ok=True)
        # JSON is YAML too.
        services = {"services": [{"name": name, "title": name, "owner": "platform"} for name in SERVICES]}
        services["teams"] = [{"name": "platform", "title": "Platform"}]
        causes = {"causes": [{"name": name, "title": name, "definition": f"It was {name}."} for name in CAUSES]}
        (self.content / "services.yml").write_text(json.dumps(services))
        (self.content / "taxonomy.yml").write_text(json.dumps(causes))

    def start(self, command: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """A command that prints one JSON answer when it ends."""
        whole = (*HINDSIGHT, command, *arguments, "--json")
        return subprocess.Popen(whole, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def run(self, command: str, *arguments: str | Path) -> dict[str, Any]:
        return ended(self.start(command, *arguments))

    @contextmanager
    def serve(self) -> Iterator[int]:
        """The site, ready; gives its process."""
        with self.serving() as process:
            self._wait(process)
            yield process.pid

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """The site from its very start, not waited for."""
        process = subprocess.Popen(
            (*HINDSIGHT, "serve", "--json"), env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            time.sleep(0.05)
        raise SystemExit(f"The site was not ready in {PATIENCE:.0f} s; what it wrote above says why.")


def ended(command: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = command.communicate()
    if command.returncode:
        raise SystemExit(f"The command ended with code {command.returncode}: {out[:2000]}")
    answer: dict[str, Any] = json.loads(out)
    return answer


def markdown(text: Text) -> str:
    """The document as somebody would have written it."""
    fields = {
        "id": text.id,
        "kind": text.kind,
        "title": text.title,
        "audience": "organisation" if text.hidden else "public",
        "services": list(text.services),
    }
    if text.kind == "postmortem":
        fields |= {"severity": text.severity.upper(), "causes": list(text.causes)}
    head = "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())
    body = "\n\n".join(f"## {heading}\n\n{prose}" for heading, prose in text.sections)
    return f"---\n{head}\n---\n\n{body}\n"
