"""Words of the trade: what engineers paste and type leads to the document that holds it, and to no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.search.analysis import analyse
from app.search.engines.memory import MemoryIndex
from app.search.parser import parse
from app.search.plan import Node, Plan
from app.search.planner import plan
from tests.engines.shelf import Shelf, document

DOCUMENTS = {
    "camel": "The alert KubePodCrashLooping fires.",
    "snake": "Look at pg_stat_activity for idle sessions.",
    "dotted": "It ends with java.lang.OutOfMemoryError: Java heap space",
    "colons": "what(): std::bad_alloc in Billing::Invoice.total",
    "path": "The volume under /var/lib/etcd is full.",
    "windows": r"Remove what lies in C:\ProgramData\spool first.",
    "flag": "kubectl drain worker --ignore-daemonsets --grace-period=0 --force",
    "single flag": "terraform apply -target=module.queue -auto-approve",
    "numeronym": "The k8s control plane answers slowly.",
    "version": "Fixed in v1.29.3 of the kubelet.",
    "bare version": "Broken since 3.5.9 of the store.",
    "http": "HTTP 503 from the gateway; nginx logs 499.",
    "oracle": "ERROR: ORA-01555: snapshot too old",
    "sqlstate": "FATAL SQLSTATE 53300 remaining slots are reserved",
    "mongo": "E11000 duplicate key",
    "x509": "x509: certificate has expired or is not yet valid",
    "hex": "The bad commit is 7f3a9c2e11 of last week.",
    "uuid": "Volume 550e8400-e29b-41d4-a716-446655440000 stays attached.",
    "address": "The old resolver 10.96.0.10 is still asked.",
    "upper": "Browsers show ERR_SSL_PROTOCOL_ERROR at once.",
    "advisory": "Patched against CVE-2021-44228 everywhere.",
    "region": "Only eu-west-1a lost its link.",
    "other": "Nothing of the kind stands here.",
}


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    shelf = Shelf(MemoryIndex())
    shelf.put(*(document(id, text) for id, text in DOCUMENTS.items()))
    yield shelf
    shelf.close()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        *((text, "camel") for text in ("KubePodCrashLooping", "kubepodcrashlooping", "pod crash looping", "CrashLoop")),
        *((text, "snake") for text in ("pg_stat_activity", "PG_STAT_ACTIVITY", "stat activity", '"pg stat activity"')),
        *(
            (text, "dotted")
            for text in ("java.lang.OutOfMemoryError", "OutOfMemoryError:", "heap space", "lang.memory")
        ),
        *((text, "colons") for text in ("std::bad_alloc", "bad_alloc", "Billing::Invoice", "Invoice.total", "alloc")),
        *((text, "path") for text in ("/var/lib/etcd", "var/lib/etcd", "lib/etcd", "/etcd/", "etcd")),
        *((text, "windows") for text in (r"C:\ProgramData\spool", "ProgramData", r"\spool")),
        *((text, "flag") for text in ("--force", "--ignore-daemonsets", "--grace-period=0", "drain --force")),
        *((text, "single flag") for text in ("-target=module.queue", '"-auto-approve"', "apply module.queue")),
        *((text, "numeronym") for text in ("k8s", "K8S", "k8s plane")),
        *((text, "version") for text in ("v1.29.3", "V1.29.3", "kubelet v1.29.3")),
        *((text, "bare version") for text in ("3.5.9", "broken 3.5.9")),
        *((text, "http") for text in ("503", "HTTP 503", "499", "nginx 499")),
        *((text, "oracle") for text in ("ORA-01555", "ora 01555", "ORA-01555: snapshot too old", "01555")),
        *((text, "sqlstate") for text in ("53300", "SQLSTATE 53300", "SQLSTATE=53300")),
        *((text, "mongo") for text in ("E11000", "E11000 duplicate key error collection: shop.orders")),
        *((text, "x509") for text in ("x509", "x509: certificate has expired", "X509:", "x509: expired")),
        *((text, "hex") for text in ("7f3a9c2e11", "7F3A9C2E11", '"commit is 7f3a9c2e11"')),
        *((text, "uuid") for text in ("550e8400-e29b-41d4-a716-446655440000", "446655440000")),
        *((text, "address") for text in ("10.96.0.10", '"10.96.0.10"')),
        *((text, "upper") for text in ("ERR_SSL_PROTOCOL_ERROR", "err_ssl_protocol_error", "ssl protocol")),
        *((text, "advisory") for text in ("CVE-2021-44228", "cve 44228")),
        *((text, "region") for text in ("eu-west-1a", "west-1a")),
    ],
)
def test_a_word_of_the_trade_leads_to_its_document(shelf: Shelf, text: str, id: str) -> None:
    assert shelf.ask(text)[:1] == [id]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        *(("KubePodCrashLooping", "camel"), ("pg_stat_activity", "snake"), ("java.lang.OutOfMemoryError", "dotted")),
        *(("std::bad_alloc", "colons"), ("/var/lib/etcd", "path"), ("v1.29.3", "version"), ("ORA-01555", "oracle")),
        *(("550e8400-e29b-41d4-a716-446655440000", "uuid"), ("7f3a9c2e11", "hex"), ("10.96.0.10", "address")),
    ],
)
def test_a_name_is_kept_whole(name: str, id: str) -> None:
    assert name.strip("/").casefold() in analyse(DOCUMENTS[id]).texts


def tokens(node: Plan | Node) -> Iterator[str]:
    """Every token that a plan looks up."""
    for term in getattr(node, "terms", ()):
        yield term.token
    for inner in getattr(node, "nodes", ()):
        yield from tokens(inner)


@pytest.mark.parametrize(
    "line",
    [
        "trace_id=7f3a9c2e11aabbcc req=550e8400-e29b-41d4-a716-446655440000 volume stays attached to 10.96.0.11",
        "2026-08-03T10:30:00.123Z 550e8400-e29b-41d4-a716-446655440000 volume stays attached after 300ms",
        "[pid 48213] 0x7ffd1a2b volume 7f3a9c2e11 stays attached, retry 3 of 5",
    ],
)
def test_of_a_pasted_line_the_words_are_asked_and_not_its_ids(shelf: Shelf, line: str) -> None:
    asked = set(tokens(plan(parse(line))))
    assert {"volume", "stays", "attached"} <= asked
    assert not asked & {"7f3a9c2e11", "7f3a9c2e11aabbcc", "550e8400", "446655440000", "10", "300ms", "0x7ffd1a2b"}
    assert shelf.ask(line)[0] == "uuid"


@pytest.mark.parametrize(
    "text", ["ERROR: snapshot", "error: snapshot", "panic:snapshot", "10:30: snapshot", "::snapshot"]
)
def test_a_colon_hides_no_word(shelf: Shelf, text: str) -> None:
    assert shelf.ask(text)[:1] == ["oracle"]
