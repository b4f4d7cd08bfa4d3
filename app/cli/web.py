"""What `hindsight serve` starts: gunicorn with threads. The application is loaded once, before the processes fork."""

from __future__ import annotations

import os
import signal
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker
from prometheus_client import multiprocess

from app.cli.console import event
from app.cli.loading import uncollected
from app.cli.serve import BACKLOG, DRAIN_SECONDS, ENDINGS
from app.settings import Settings

TRY = ("pool exhausted", "KubePodCrashLooping", "certificate has expired")
# A pasted error is a long question, and each of its letters may take nine characters of an address.
LONGEST_ADDRESS = 8190


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, listener: int, parent: int) -> None:
        self.settings, self.listener, self.parent = settings, listener, parent
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self.listener}",
            "backlog": BACKLOG,
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "worker_class": _Process,
            # It opens nothing until it is asked something, and what fails here fails before anybody is told an address.
            "preload_app": True,
            "graceful_timeout": DRAIN_SECONDS,
            "timeout": 60,
            "limit_request_line": LONGEST_ADDRESS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self._greet,
            "child_exit": self._bury,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        with uncollected():
            from app import create_app

            return create_app(self.settings)

    def run(self) -> None:
        _Arbiter(self).run()

    def _greet(self, server: Any) -> None:
        url = self.settings.base_url
        event(
            {"status": "ready", "url": url, "pid": self.parent},
            f"Hindsight is at {click.style(url, bold=True)}  (Ctrl-C ends it)\nTry:  {'  ·  '.join(TRY)}",
        )

    def _bury(self, server: Any, worker: Any) -> None:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


class _Process(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    def init_signals(self) -> None:
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            # Else the port stays open while running requests end, and whoever connects meanwhile waits in vain.
            for listener in self.sockets:
                listener.close()


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn ships no types
    def spawn_worker(self) -> Any:
        # What comes before the new process has answers of its own waits for them: else it is lost, and waited for.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)

    def manage_workers(self) -> None:
        # Looked at every second. A killed `hindsight serve` cannot say goodbye.
        if os.getppid() != self.app.parent:
            raise StopIteration
        super().manage_workers()
