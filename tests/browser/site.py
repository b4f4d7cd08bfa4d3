"""A site as its operator runs it: content read in, `hindsight serve` in a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
HINDSIGHT = (sys.executable, "-m", "app.cli")
PATIENCE = 60.0


class Site:
    """`run` calls one command, `serve` keeps the site up while its block runs."""

    def __init__(self, data: Path, content: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("HINDSIGHT_")} | {
            "HINDSIGHT_DATA": str(data),
            "HINDSIGHT_CONTENT": str(content),
            "HINDSIGHT_PORT": str(port),
            "HINDSIGHT_WEB_WORKERS": "1",
        }

    def run(self, *arguments: str, input: str = "") -> None:
        done = subprocess.run(
            (*HINDSIGHT, *arguments), env=self.environment, cwd=ROOT, input=input, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"

    @contextmanager
    def serve(self) -> Iterator[None]:
        process = subprocess.Popen(
            (*HINDSIGHT, "serve"),
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it can answer; asked again and again, for PATIENCE seconds at most."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert process.poll() is None, f"hindsight serve ended with {process.returncode}"
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"{self.address} was not ready within {PATIENCE:.0f} s")
