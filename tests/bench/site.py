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

from tests.bench.corpus import CAUSES, SERVICES, Text
from tests.bench.measure import ONE_THREAD

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

    def write(self, texts: Iterable[Text], addition: str = "") -> None:
        """Writes documents as files, `addition` at the end of each."""
        for text in texts:
            file = self.content / FOLDERS[text.kind] / f"{text.id}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(markdown(text) + addition)

    def write_catalog(self) -> None:
        """What the documents name has to be known."""
        self.content.mkdir(parents=True, exist_ok=True)
        # JSON is YAML too.
        services = {"services": [{"name": name, "title": name, "owner": "platform"} for name in SERVICES]}
        services["teams"] = [{"name": "platform", "title": "Platform"}]
        causes = {"causes": [{"name": name, "title": name, "definition": f"It was {name}."} for name in CAUSES]}
        (self.content / "services.yml").write_text(json.dumps(services))
        (self.content / "taxonomy.yml").write_text(json.dumps(causes))

    def start_ingest(self) -> subprocess.Popen[str]:
        command = (*HINDSIGHT, "ingest", "--json")
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def ingest(self) -> dict[str, Any]:
        """What it answers when search finds what was read."""
        return ended(self.start_ingest())

    @contextmanager
    def serve(self) -> Iterator[None]:
        process = subprocess.Popen(
            (*HINDSIGHT, "serve", "--json"), env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            self._wait(process)
            yield
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


def ended(ingest: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = ingest.communicate()
    if ingest.returncode:
        raise SystemExit(f"The ingest ended with code {ingest.returncode}: {out[:2000]}")
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
