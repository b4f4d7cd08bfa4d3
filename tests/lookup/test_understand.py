from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lookup.understand import understand
from app.lookup.understood import KINDS, Known, Understood, without

KNOWN = Known({"ordersbacklog": "OrdersBacklog"}, {"orders": "orders"})
PIECES = [
    *"{}[]()\"':=|\\/-_.,;<>*`# \n\t", "\x00", "\x1b[31m", "\u202e", "\u200b", "é", "\ud800", "0", "17", "deadbeef",
    "a", "Ab", "OrdersBacklog", "orders", "[FIRING:1] ", '{"alerts":[', '{"labels":{"alertname":"X"}}', "alertname",
    "- alert: X\n", "groups:\n", "Traceback (most recent call last):\n", '  File "/a/b.py", line 1, in c\n',
    "ValueError: x\n", "panic: ", "goroutine 1 [running]:\n", "main.main()\n\t/a/b.go:1 +0x1\n",
    "\tat a.b.C.d(C.java:1)\n", "Caused by: a.B: c\n", "    at f (/a.js:1:2)\n", "2026-03-02T09:10:11Z ", "ERROR ",
    "level=error ", 'msg="', "E0302 09:10:11.1 1 a.go:1] ", "$ kubectl get pods\n", "NAME   READY   STATUS\n",
    "Name:  x\n", "Events:\n", "  Warning  BackOff  1m  kubelet  x\n", "shop=> ", "ERROR:  ", "ORA-00001", " | ", "-+-",
    "# etcdctl x\n", "password=hunter2 ", "&lt;", "```\n", "NaN", "1e999", "&a [*a, *a]", "<<: *a\n", "ALERTS{",
    'alertname="X"', "} 1\n",
]  # fmt: skip
KEYS = """alerts labels annotations status alertname service commonLabels AlarmName Message Trigger Dimensions
    name value event data incident payload custom_details alert tags details ruleName evalMatches kind metadata
    conditions items groups rules level msg err fields message""".split()
pasted = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


def sound(understood: Understood) -> None:
    """What holds of whatever is understood."""
    said = [(part.kind, part.value) for part in understood.parts]
    assert len(set(said)) == len(said)
    assert all(kind in KINDS and value and len(value) <= 300 and "\n" not in value for kind, value in said)
    assert all(value.encode() for _, value in said)
    assert len(understood.question.split()) <= 60
    assert set(understood.alerts) == {value for kind, value in said if kind == "alert"}
    assert without(understood, said).question == ""


@settings(max_examples=300, deadline=None)
@given(pasted | st.text(max_size=300))
def test_any_text_is_understood_as_something(text: str) -> None:
    sound(understand(text, KNOWN))


@settings(max_examples=300, deadline=None)
@given(values)
def test_any_json_is_understood_as_something(data: Any) -> None:
    sound(understand(json.dumps(data), KNOWN))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_are_understood_as_something(data: bytes) -> None:
    sound(understand(data.decode(errors="replace"), KNOWN))


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t", "[" * 200_000, '{"a":' * 100_000 + "1" + "}" * 100_000, '{"a":' + "9" * 100_000 + "}",
        '{"a": NaN}', " ".join(f"word{number}" for number in range(10_000)), "\u202e" * 1_000, "\x00" * 1_000,
        "alert: " * 50_000, json.dumps({"alerts": [{"labels": {"alertname": "\ud800"}}]}),
    ],
)  # fmt: skip
def test_hostile_texts_are_understood_as_something(text: str) -> None:
    sound(understand(text, KNOWN))


@pytest.mark.parametrize(
    "piece",
    [
        "a", "\n", "a-", "a.", "A  ", "NAME  B\n", "x=y ", '{"a":"b"}\n', "- alert: X\n  expr: a_b\n", "ERROR x\n",
        "at ", "\tat a.b.C(D.java:1)\n", "a.b(c)\n\t/x.go:1\n", "[FIRING:1] AbCd ", "password=abcdefg1 ", "| a ",
        "$ kubectl get x\n", "2026-03-02T09:10:11Z error timed out\n", "Warning  A  1m  b  failed\n",
        "deployment a/b ", "&lt;", "AbCd for ",
    ],
)  # fmt: skip
def test_a_megabyte_takes_less_than_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    sound(understand(text, KNOWN))
    assert time.process_time() - started < 1


def test_a_trace_of_200_lines_takes_less_than_50_ms() -> None:
    text = "java.lang.IllegalStateException: no\n" + "\tat com.acme.orders.Service.call(Service.java:12)\n" * 200
    understand(text)
    started = time.process_time()
    understand(text)
    assert time.process_time() - started < 0.05


def test_controls_and_marks_of_direction_hide_nothing() -> None:
    assert understand("[FIRING:1] Orders\u202e\u200bBacklog\x1b[0m for shop").alerts == ("OrdersBacklog",)


def test_secrets_are_masked_in_every_part() -> None:
    payload = {
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "LoginFails", "password": "hunter2secret"},
                "annotations": {"description": "postgres://app:geheim77@db/shop refuses the login"},
            }
        ]
    }
    for text in (json.dumps(payload), "password: hunter2secret\nlogin to postgres://app:geheim77@db/shop fails"):
        said = repr(understand(text))
        assert "hunter2secret" not in said
        assert "geheim77" not in said


def test_a_name_that_may_be_a_service_is_one_where_the_library_knows_it() -> None:
    text = json.dumps([{"labels": {"alertname": "Slow", "pod": "orders-6b7c9d8f5d-q4x2z", "namespace": "shop"}}])
    assert understand(text).services == ()
    assert understand(text, KNOWN).services == ("orders",)


def test_services_and_alerts_of_the_development_corpus_are_found(dev_corpus: Path) -> None:
    lookups = [json.loads(line) for line in (dev_corpus / "lookups.jsonl").read_text().splitlines() if line]
    names = [Path(path).stem for each in lookups for path in each["expect_runbooks"]]
    known = Known({name.casefold(): name for name in names})
    read = [(each, understand(each["text"], known)) for each in lookups]
    right = sum((found.services[0] if found.services else None) == each["expect_service"] for each, found in read)
    assert right >= 0.9 * len(lookups)
    for each, found in read:
        sound(found)
        if '"alertname"' in each["text"] or each["kind"] in ("email", "sms", "promql"):
            assert found.alerts, each["id"]
            assert not each["expect_runbooks"] or {*found.alerts} & {
                Path(path).stem for path in each["expect_runbooks"]
            }
