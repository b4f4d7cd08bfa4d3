"""`wsgi:app` under another server than ours, which watches that it keeps to the protocol."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import httpx

from app import create_app
from app.settings import Settings

ROOT = Path(__file__).parent.parent
SERVER = """
from wsgiref.simple_server import make_server
from wsgiref.validate import validator
from wsgi import app

with make_server("127.0.0.1", 0, validator(app)) as server:
    print(server.server_port, flush=True)
    for _ in range(4):
        server.handle_request()
"""


def test_any_wsgi_server_can_serve_it(tmp_path: Path, content: Path) -> None:
    (content / "guide.md").write_text("---\naudience: public\n---\n# Zqword\n\nHow it is done.\n")
    environment = {**os.environ, "HINDSIGHT_DATA": str(tmp_path / "data"), "HINDSIGHT_CONTENT": str(content)}
    subprocess.run([sys.executable, "-m", "app.cli", "ingest", "--json"], env=environment, cwd=ROOT, check=True)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
        assert "Zqword" in httpx.get(f"{address}/guides").text
        assert "Zqword" in httpx.get(f"{address}/search", params={"q": "zqword"}).text
        assert httpx.get(f"{address}/nowhere").status_code == 404
    assert server.returncode == 0


def test_the_factory_starts_no_thread_and_opens_neither_database_nor_index(settings: Settings) -> None:
    before = threading.active_count()
    create_app(settings)
    assert threading.active_count() == before
    assert not (settings.data / "hindsight.db").exists()
    assert not settings.index.exists()
