"""The processes of a running site: what they say, and that they end in order, whatever ends them."""

from __future__ import annotations

import json
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.cli.conftest import Site, wait_for

BODY = b"email=ada%40example.org&password=x"


def test_a_served_site_says_where_it_is_and_ends_in_order(site: Site) -> None:
    process = site.serve()
    assert httpx.get(f"{site.address}/healthz").json() == {"status": "ok"}
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate()
    assert process.returncode == 0
    assert json.loads(out) == {"status": "ready", "url": site.address, "pid": process.pid}
    assert "Traceback" not in errors
    assert site.running() == []


def test_ctrl_c_ends_it_in_order_too(site: Site) -> None:
    process = site.serve()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0
    assert site.running() == []


def test_a_person_is_told_the_address_and_what_to_try(site: Site) -> None:
    process = site.start("serve")
    assert process.stdout is not None
    assert site.address in process.stdout.readline()
    assert "pool exhausted" in process.stdout.readline()


def test_a_request_under_way_is_answered_while_new_ones_are_refused(site: Site) -> None:
    process = site.serve()
    head = (
        f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nContent-Length: {len(BODY)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n"
    )

    def refused() -> bool:
        try:
            socket.create_connection(("127.0.0.1", site.port)).close()
        except ConnectionRefusedError:
            return True
        return False

    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        process.send_signal(signal.SIGTERM)
        wait_for(refused, "refusal")
        assert process.poll() is None
        connection.sendall(BODY)
        assert connection.recv(1000).startswith(b"HTTP/1.1 4")
    process.communicate()
    assert process.returncode == 0


def test_a_killed_server_leaves_nothing_running(site: Site) -> None:
    process = site.serve()
    wait_for(lambda: len(site.running()) >= 5, "a process of each kind")
    process.kill()
    process.communicate()
    wait_for(lambda: not site.running(), "the end of all processes")


def test_a_worker_that_dies_is_started_again(site: Site) -> None:
    site.serve()

    def children(process: int) -> list[int]:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]

    def worker() -> int | None:
        """Of the two children of `hindsight serve` the one that has none itself."""
        return next((child for child in children(site.processes[0].pid) if not children(child)), None)

    first = wait_for(worker, "a worker")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: worker() not in (None, first), "another worker")


def test_a_port_that_is_taken_is_one_sentence(site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port)):
        process = site.start("serve")
        out, errors = process.communicate()
    assert process.returncode == 3
    assert out == ""
    assert errors.splitlines() == [
        f"Error: Port {site.port} of 127.0.0.1 is taken. End what listens there, or set HINDSIGHT_PORT to another one."
    ]


def test_an_address_of_another_machine_is_one_sentence(site: Site) -> None:
    site.environment["HINDSIGHT_HOST"] = "192.0.2.1"
    error = site.json("serve", code=2)["error"]
    assert "HINDSIGHT_HOST" in error["message"]


def test_a_worker_tells_when_the_index_is_its_own_and_a_second_one_waits_for_it(site: Site) -> None:
    first = site.start("worker", "--json")
    assert first.stdout is not None
    assert json.loads(first.stdout.readline()) == {"status": "ready"}
    second = site.start("worker", "--json")
    assert second.stdout is not None
    assert json.loads(second.stdout.readline()) == {"status": "waiting"}
    first.send_signal(signal.SIGTERM)
    assert json.loads(second.stdout.readline()) == {"status": "ready"}
    second.send_signal(signal.SIGTERM)
    assert (first.wait(), second.wait()) == (0, 0)


def test_what_ingest_read_is_found_by_every_web_process_once_it_has_returned(site: Site) -> None:
    site.runbook("case", "zqfirstword")
    site.json("ingest")
    site.serve()
    for word in ("zqsecondword", "zqthirdword"):
        site.runbook("case", word)
        assert site.json("ingest")["updated"] == 1
        # A new connection each time, so that the system hands them to one process and to the other.
        totals = [
            httpx.get(f"{site.address}/search.json", params={"q": f'"{word}"'}).json()["total"] for _ in range(24)
        ]
        assert totals == [1] * 24


def test_many_who_ask_at_once_each_get_their_page(site: Site) -> None:
    roots, endings = (
        ("organ", "replic", "connect", "form", "nation"),
        ("ization", "ational", "ements", "fulness", "edly"),
    )
    for number in range(20):
        words = " ".join(f"{root}{'aeiou'[number % 5]}{number}x {root}{ending}" for root in roots for ending in endings)
        site.write(f"guides/case-{number}.md", f"---\naudience: public\n---\n# Case {number}\n\n{words}\n")
    site.json("ingest")
    site.serve()

    def ask(number: int) -> int:
        return httpx.get(f"{site.address}/search", params={"q": f"case organization {number}"}).status_code

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(ask, range(80))) == {200}
