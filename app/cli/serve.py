"""`hindsight serve` and `hindsight worker`: the processes of a running site, and their orderly end."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from threading import Event
from types import FrameType

import click

from app.cli.console import UNAVAILABLE, event, json_option
from app.cli.loading import uncollected
from app.cli.opening import behind_readers, opened, writing
from app.errors import Conflict, Forbidden, Invalid, Unavailable
from app.search.engine import IndexWriter
from app.settings import Settings, load

DRAIN_SECONDS = 30
# Before a worker is started: when the site starts, the web server has the machine for itself meanwhile.
PAUSE_SECONDS = 1.0
CHECK_SECONDS = 0.1
BACKLOG = 1024
# What asks a process to end.
ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@click.command(epilog="Example: HINDSIGHT_PORT=9000 hindsight serve")
@json_option
def serve() -> None:
    """Serve the site: web processes, and the index worker beside them.

    With --json it prints one line when it can be reached: {"status": "ready", "url", "pid"}. SIGTERM, SIGINT and SIGHUP
    end it: no new requests, the running ones are answered, then the worker ends.
    """
    settings = load()
    # Only to hear of a model that cannot be used before anything else starts.
    writing(settings)
    listener = _listen(settings)
    with opened(settings):
        # Nothing is asked of it: it is there and its schema is up to date before anything else starts.
        pass
    code = _supervise(settings, listener)
    if code:
        raise Unavailable(f"The web server ended by itself, with code {code}; what it wrote above says why.")


@click.command(epilog="Example: hindsight worker")
@json_option
def worker() -> None:
    """Keep the index up to the library, until stopped. One process an index; a second one waits for its turn.

    With --json it prints a line whenever that changes: {"status": "ready" | "waiting"}.
    """
    _work(load(), Stop(), event)


class Stop(Event):
    """Set by the signals that ask for an end, and when the process `parent` has ended: a killed server leaves nothing.

    A handler may run in the middle of Event's own code, with its lock held: it only notes.
    """

    def __init__(self, parent: int | None = None) -> None:
        super().__init__()
        self.parent = parent
        self.asked = False
        for number in ENDINGS:
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def is_set(self) -> bool:
        return self.asked or (self.parent is not None and os.getppid() != self.parent)

    def wait(self, timeout: float | None = None) -> bool:
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not self.is_set() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, CHECK_SECONDS))
        return self.is_set()


def _work(settings: Settings, stop: Stop, tell: Callable[[dict[str, str]], None]) -> None:
    """The index worker. `tell` hears when the index is this worker's, and when another process has it."""
    from app.indexing.worker import run
    from app.insight.keeping import keep_up

    open_writer = writing(settings)
    told = ""

    def note(status: str) -> None:
        nonlocal told
        if status != told:
            tell({"status": status})
        told = status

    def opening(folder: Path) -> IndexWriter:
        try:
            writer = open_writer(folder)
        except Conflict:
            note("waiting")
            raise
        note("ready")
        return writer

    _log(settings)
    with opened(settings) as database:
        run(database, opening, settings.index, stop, lambda: keep_up(database, settings.data, wait=False))


def _listen(settings: Settings) -> socket.socket:
    """The port, taken before anything else is begun; from here on a connection waits rather than being refused."""
    host, port = settings.host, settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {port} of {host} is taken. End what listens there, or set HINDSIGHT_PORT to another one."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise Forbidden(
                f"Port {port} of {host} may not be taken by this account. Set HINDSIGHT_PORT to one from 1024 on."
            ) from error
        raise Invalid(
            f"HINDSIGHT_HOST={host!r} is no address of this machine. Set it to one, such as 127.0.0.1."
        ) from error


def _supervise(settings: Settings, listener: socket.socket) -> int:
    """Runs web server and worker until it is stopped or the web server ends; a worker that dies is started again.

    Returns 0, or the code with which the web server ended by itself.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counts(settings))
    stop = Stop()
    web = _start(_web_process, settings, listener, os.getpid())
    # From here on the port is the web server's alone: when it stops listening, connections are refused.
    listener.close()
    index = None
    while not stop.wait(CHECK_SECONDS) and web.is_alive():
        if (index is None or not index.is_alive()) and not stop.wait(PAUSE_SECONDS):
            index = _start(_worker_process, settings, os.getpid())
    ended = web.exitcode
    _end(web)
    if index is not None:
        _end(index)
    # Whoever stops all processes at once may be quicker with the web server than with this one: that is no failure.
    return 0 if stop.is_set() else ended or UNAVAILABLE


def _start(process: Callable[..., None], *arguments: object) -> ForkProcess:
    """A child that has all that is loaded here, and starts at once. At the fork no thread runs and nothing is open.

    Until it has answers of its own to the signals that ask for an end, they just end it.
    """
    child = get_context("fork").Process(target=_begin, args=(process, *arguments))
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    child.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    return child


def _begin(process: Callable[..., None], *arguments: object) -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    process(*arguments)


def _web_process(settings: Settings, listener: socket.socket, parent: int) -> None:
    with uncollected():
        from app.cli.web import WebServer

    # Signals come from the parent, not from the terminal: first the web server drains, then the worker ends.
    os.setpgid(0, 0)
    _log(settings)
    WebServer(settings, listener.detach(), parent).run()


def _worker_process(settings: Settings, parent: int) -> None:
    os.setpgid(0, 0)
    behind_readers()
    _work(settings, Stop(parent), lambda status: None)


def _end(child: ForkProcess) -> None:
    child.terminate()
    child.join(DRAIN_SECONDS + 5)
    child.kill()
    child.join()


def _counts(settings: Settings) -> Path:
    """An empty folder for what web processes count; by port, since a second server must not clear the first one's."""
    folder = settings.data / "metrics" / str(settings.port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
