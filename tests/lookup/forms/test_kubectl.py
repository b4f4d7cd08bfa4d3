from __future__ import annotations

import json

import pytest

from app.lookup.understand import understand
from app.lookup.understood import Known, Understood

PODS = """\
NAME                      READY   STATUS             RESTARTS       AGE
basket-6b7c9d8f5d-q4x2z   0/1     CrashLoopBackOff   12 (2m ago)    1h
search-59c6b8d777-9vx7l   1/1     Running            0              3d
"""
DESCRIBED = """\
Name:             basket-6b7c9d8f5d-q4x2z
Namespace:        shop
Node:             worker-2/10.0.0.5
Labels:           app=basket
Status:           Running
Controlled By:  ReplicaSet/basket-6b7c9d8f5d
Containers:
  api:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
    Ready:          False
Events:
  Type     Reason       Age                From      Message
  ----     ------       ----               ----      -------
  Normal   Pulled       5m                 kubelet   Container image pulled
  Warning  FailedMount  2m (x25 over 10m)  kubelet   MountVolume.SetUp failed for volume "cfg": not found
"""


def statuses(understood: Understood) -> list[str]:
    return [part.value for part in understood.parts if part.kind == "status"]


@pytest.mark.parametrize("command", ["", "$ kubectl -n shop get pods\n", "me@host:~$ oc get po -n shop\n"])
def test_of_a_listing_the_unhealthy_pods_workload_is_the_service(command: str) -> None:
    understood = understand(command + PODS)
    assert (understood.form, understood.services) == ("kubectl", ("basket",))
    assert understood.question == "Pod crash looping"


POD = "basket-6b7c9d8f5d-q4x2z"
ALL_ILL = PODS.replace("1/1     Running", "0/1     Pending")
LISTED_EVERYWHERE = f"""\
NAMESPACE   NAME                      READY   STATUS             RESTARTS   AGE
shop        {POD}   0/1     CrashLoopBackOff   12         1h
mail        search-59c6b8d777-9vx7l   1/1     Running            0          3d
"""


@pytest.mark.parametrize(
    "text",
    [
        f"$ kubectl -n shop get pods\n{PODS}",
        f"$ kubectl get pods --namespace=shop\n{PODS}",
        f"$ kubectl get pods -A\n{LISTED_EVERYWHERE}",
        LISTED_EVERYWHERE,
        DESCRIBED,
        f"$ kubectl describe pod {POD} -n shop\n{DESCRIBED}",
        f"$ kubectl -n shop logs {POD}\nError: no such file",
        f"$ kubectl -n shop get pods\n{ALL_ILL}\n$ kubectl -n shop describe pod {POD}\n{DESCRIBED}",
    ],
)
def test_where_it_is_fills_the_runbooks_commands(text: str) -> None:
    labels = understand(text).labels
    assert (labels["namespace"], labels["pod"]) == ("shop", POD)


def test_of_several_ill_pods_none_is_meant_and_of_several_namespaces_neither() -> None:
    assert understand(f"$ kubectl -n shop get pods\n{ALL_ILL}").labels == {"namespace": "shop"}
    both = LISTED_EVERYWHERE.replace("1/1     Running", "0/1     Pending")
    assert understand(both).labels == {}


def test_a_node_that_is_ill_is_named() -> None:
    head = "NAME   STATUS     ROLES    AGE   VERSION"
    rows = "n1     NotReady   worker   1d    v1.31.4\nn2     Ready      worker   1d    v1.31.4"
    assert understand(f"{head}\n{rows}").labels == {"node": "n1"}


def test_columns_that_lost_their_width_are_still_read() -> None:
    text = "NAME READY STATUS RESTARTS AGE\nbasket-6b7c9d8f5d-q4x2z 0/1 ImagePullBackOff 0 1h"
    assert understand(text).services == ("basket",)


@pytest.mark.parametrize(
    ("head", "row", "state"),
    [
        (
            "NAME   STATUS                        ROLES    AGE   VERSION",
            "n1     NotReady,SchedulingDisabled   worker   1d    v1.31.4",
            "Node NotReady",
        ),
        (
            "NAME     READY   UP-TO-DATE   AVAILABLE   AGE",
            "basket   2/3     3            2           5d",
            "Deployment not ready",
        ),
        (
            "NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   AGE",
            "agent   12        12        12      4            12          9d",
            "DaemonSet not up to date, rollout",
        ),
        (
            "NAME     REFERENCE           TARGETS    MINPODS   MAXPODS   REPLICAS   AGE",
            "basket   Deployment/basket   178%/70%   4         20        20         9d",
            "HorizontalPodAutoscaler replicas at maximum, maxed out",
        ),
        (
            "NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   AGE",
            "data   Pending                                      1d",
            "PersistentVolumeClaim Pending",
        ),
        (
            "NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE",
            "authentication   4.16.3    True        False         True       3d",
            "ClusterOperator DEGRADED True",
        ),
    ],
)
def test_what_is_no_health_is_told_with_its_kind(head: str, row: str, state: str) -> None:
    assert state in statuses(understand(f"{head}\n{row}"))


def test_what_is_healthy_is_not_told() -> None:
    understood = understand(
        "$ kubectl get nodes\nNAME   STATUS   ROLES    AGE   VERSION\nn1     Ready    worker   1d    v1.31.4"
    )
    assert not [part for part in understood.parts if part.kind in ("status", "service", "error")]


@pytest.mark.parametrize("command", ["", "$ kubectl describe pod basket-6b7c9d8f5d-q4x2z -n shop\n"])
def test_a_description_tells_states_events_node_and_workload(command: str) -> None:
    understood = understand(command + DESCRIBED)
    assert understood.services == ("basket",)
    assert {"CrashLoopBackOff", "OOMKilled", "Pod not ready", "Pod FailedMount"} <= set(statuses(understood))
    assert "MountVolume.SetUp failed for volume cfg: not found" in understood.errors
    assert "Container image pulled" not in understood.question
    assert ("host", "worker-2") in {(part.kind, part.value) for part in understood.parts}


def test_events_tell_warnings_and_their_objects() -> None:
    understood = understand(
        "LAST SEEN   TYPE      REASON        OBJECT                        MESSAGE\n"
        "2m          Normal    Scheduled     pod/search-59c6b8d777-9vx7l   Successfully assigned\n"
        "1m          Warning   FailedMount   pod/basket-6b7c9d8f5d-q4x2z   configmap not found\n"
    )
    assert understood.services == ("basket",)
    assert understood.errors == ("configmap not found",)


def test_a_quota_is_told_where_it_is_used_up() -> None:
    found = statuses(
        understand(
            "$ kubectl describe quota\nResource  Used  Hard\npods  50  50\nrequests.cpu  990m  1\nlimits.cpu  1  8"
        )
    )
    assert found == ["quota fully used: pods", "quota almost full: requests.cpu"]


def test_a_node_is_no_service_and_its_conditions_are_told() -> None:
    understood = understand(
        "Name:               worker-3\nRoles:              worker\nLabels:             a=b\nConditions:\n"
        "  Type             Status  Reason                 Message\n"
        "  MemoryPressure   False   KubeletHasEnough       kubelet has sufficient memory\n"
        "  DiskPressure     True    KubeletHasPressure     kubelet has disk pressure\n"
        "  Ready            False   KubeletNotReady        container runtime is down\n"
    )
    assert understood.services == ()
    assert statuses(understood) == ["Node DiskPressure True", "Node not ready"]


def test_errors_and_what_is_waited_for_are_told() -> None:
    understood = understand(
        '$ kubectl rollout status ds/agent\nWaiting for daemon set "agent" rollout to finish: 4 of 12'
    )
    assert understood.services == ("agent",)
    assert "rollout to finish" in understood.question


def test_what_a_command_shows_of_a_log_is_read_as_a_log() -> None:
    understood = understand(
        "$ kubectl -n shop logs deploy/basket --tail=3\n2026-03-02T09:10:11Z ERROR publish failed: timed out\n"
    )
    assert (understood.services, understood.errors) == (("basket",), ("publish failed: timed out",))


def test_an_object_as_json_tells_what_its_status_says() -> None:
    understood = understand(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "basket-6b7c9d8f5d-q4x2z", "namespace": "shop", "labels": {"app": "basket"}},
                "status": {
                    "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
                    "containerStatuses": [{"name": "api", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
                },
            }
        )
    )
    assert (understood.form, understood.services) == ("kubectl", ("basket",))
    assert "crash looping" in understood.question


def test_an_object_as_yaml_is_the_same() -> None:
    understood = understand(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nstatus:\n  phase: Pending\n"
    )
    assert statuses(understood) == ["PersistentVolumeClaim Pending"]


def test_a_role_of_a_node_is_no_service() -> None:
    nodes = "NAME     STATUS     ROLES           AGE   VERSION\nnode-7   NotReady   control-plane   90d   v1.29.2\n"
    assert understand(nodes, Known(services={"control-plane": "control-plane"})).services == ()
