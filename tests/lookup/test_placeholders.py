"""Labels fill a command's placeholders, and nothing that a shell could take for more than a word gets into one."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lookup.placeholders import fill

LABELS = {
    "namespace": "shop",
    "pod": "checkout-7d9f",
    "persistentvolumeclaim": "data-postgres-0",
    "node": "worker-7",
    "job": "kubelet",
    "job_name": "invoice-export",
    "instance": "10.0.3.14:9100",
}


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("kubectl -n <namespace> get pod <pod-name>", "kubectl -n shop get pod checkout-7d9f"),
        ("kubectl -n $NAMESPACE describe pod ${POD}", "kubectl -n shop describe pod checkout-7d9f"),
        ("kubectl -n {{ namespace }} logs {{ $labels.pod }}", "kubectl -n shop logs checkout-7d9f"),
        ("kubectl get pvc <your PVC name> -n <NAMESPACE>", "kubectl get pvc data-postgres-0 -n shop"),
        ("kubectl drain NODE_NAME", "kubectl drain worker-7"),
        ("kubectl -n <namespace> describe job <job>", "kubectl -n shop describe job invoice-export"),
        ("$ oc debug node/<nodeName>", "$ oc debug node/worker-7"),
        ("curl http://<instance>/metrics", "curl http://10.0.3.14:9100/metrics"),
    ],
)
def test_a_placeholder_takes_the_labels_value(command: str, wanted: str) -> None:
    done = fill(command, LABELS)
    assert done.text == wanted
    assert done.filled
    assert not done.open


@pytest.mark.parametrize(
    "command",
    [
        "NAMESPACE   NAME       READY\nshop        checkout   0/1",
        "NAMESPACE=$(kubectl get ns -o name | head -1); kubectl -n $NAMESPACE get pods",
        "for POD in $(ls); do echo $POD; done",
        "echo $HOME > /tmp/<<EOF",
        "PORTS: <none>",
        "kubectl get pod -o go-template='{{.metadata.name}}'",
        'sum(rate(x{namespace="shop"}[5m])) by (pod)',
        "a < b > c",
    ],
)
def test_what_is_no_placeholder_stays_as_it_is(command: str) -> None:
    done = fill(command, LABELS)
    assert done.text == command
    assert done.filled == done.open == ()


def test_what_the_labels_do_not_say_stays_open_and_is_named_once() -> None:
    done = fill("psql -c 'SELECT pg_terminate_backend(<pid>)' # <pid> on <node>", LABELS)
    assert done.open == ("<pid>",)
    assert done.filled == ("<node>",)
    assert [(piece.text, piece.state) for piece in done.pieces if piece.state != "text"] == [
        ("<pid>", "open"),
        ("<pid>", "open"),
        ("worker-7", "filled"),
    ]


@pytest.mark.parametrize(
    "value", ["$(touch {})", "`touch {}`", "; touch {}", "a'$(touch {})'b", "a b", "*", "~", "a\\", "|touch {}"]
)
def test_a_value_with_signs_of_the_shell_runs_nothing(value: str, tmp_path: object) -> None:
    mark = f"{tmp_path}/mark"
    value = value.replace("{}", mark)
    done = fill("printf %s <pod>", {"pod": value})
    assert done.filled == ("<pod>",)
    ran = subprocess.run(("sh", "-c", done.text), capture_output=True, text=True)
    assert ran.stdout == value
    assert subprocess.run(("test", "-e", mark)).returncode == 1


@pytest.mark.parametrize(
    "command",
    [
        "psql -c 'SELECT <pod>'",
        'psql -c "SELECT <pod>"',
        "echo `ls <pod>`",
        "echo \\<pod>",
        "cat <<EOF\n<pod>\nEOF",
        'echo "a\n <pod>"',
        "kubectl get pod/<pod>",
    ],
)
def test_where_quoting_would_not_hold_the_placeholder_stays(command: str) -> None:
    done = fill(command, {"pod": "$(rm -rf /)"})
    assert done.text == command
    assert done.refused == ("<pod>",)


@pytest.mark.parametrize("value", ["-rf", "--all", "..", "../../etc", "/", "a\nb", "a\x00b", "x\u202ey" * 2, "a" * 300])
def test_a_value_that_would_be_an_option_a_way_out_or_unseen_is_refused(value: str) -> None:
    assert fill("rm -r /data/<volume>", {"volume": value}).text == "rm -r /data/<volume>"


@given(st.text(min_size=1, max_size=40))
def test_whatever_the_value_is_the_shell_reads_it_as_one_word(value: str) -> None:
    done = fill("printf %s <pod> end", {"pod": value})
    if done.filled:
        assert shlex.split(done.text) == ["printf", "%s", value, "end"]
    else:
        assert done.text == "printf %s <pod> end"
