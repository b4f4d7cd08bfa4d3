"""Which service a label, a pod or a workload speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.lookup.forms.reading import Reading, one_line

# Labels that name the service, best first.
SERVICE_LABELS = (
    "service", "service_name", "service.name", "servicename", "exported_service", "app", "app_kubernetes_io_name",
    "app.kubernetes.io/name", "label_app_kubernetes_io_name", "label_app", "application", "app_name", "appname",
    "k8s_app", "k8s-app", "component",
)  # fmt: skip
# Labels that name the workload behind it.
WORKLOAD_LABELS = (
    "deployment", "statefulset", "daemonset", "horizontalpodautoscaler", "hpa", "scaledobject", "rollout", "cronjob",
    "job_name", "replicaset", "workload", "created_by_name", "owner_name",
)  # fmt: skip
# What may be named after it: told where the library knows a service of that name.
HINT_LABELS = (
    "pod", "pod_name", "exported_pod", "container", "container_name", "exported_container", "job", "exported_job",
    "name", "persistentvolumeclaim", "project", "team", "database", "datname", "cluster_name", "queue", "topic",
    "target_group", "load_balancer", "namespace", "exported_namespace", "kubernetes_namespace",
)  # fmt: skip
HOST_LABELS = ("node", "host", "hostname", "instance", "nodename", "server")
STATUS_LABELS = ("reason", "condition", "phase", "code", "status_code", "error", "err", "error_code")
# They measure others: what they name is not what is ill.
_MEASURER = re.compile(
    r"(?:[\w.-]*[-_])?exporter|[\w-]*kube-state-metrics|node-?exporter|kubelet|cadvisor|pushgateway", re.I
)

# The ends of names that Kubernetes makes: of a pod of a deployment, of another controller, of a member of a set, of a
# job that a cron job started.
_REPLICA = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]{0,200}?)-(?P<set>[a-z0-9]{5,10})-(?P<pod>[a-z0-9]{5})")
_MEMBER = re.compile(r"(?P<name>[a-z][a-z0-9.-]{0,200}?)-\d{1,3}")
_RANDOM = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]{0,200}?)-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10})"
)
_STARTED = re.compile(r"(?P<name>[a-z][a-z0-9.-]{0,200}?)-\d{5,12}(?:-[a-z0-9]{5})?")
_HASHLIKE = re.compile(r"(?=.*\d)[a-f0-9]{5,10}|[bcdfghjklmnpqrstvwxz2456789]{5,10}")
_LAUNCHER = re.compile(r"virt-launcher-(?P<name>.+)")


def workload(pod: str) -> str:
    """The workload behind a pod or a set of replicas: its name without what was made up for this one."""
    name = pod.strip().rsplit("/", 1)[-1]
    if launched := _LAUNCHER.fullmatch(name):
        # A virtual machine runs in a pod that is named after it.
        return workload(launched["name"])
    if started := _STARTED.fullmatch(name):
        return started["name"]
    made = _REPLICA.fullmatch(name)
    if made and (_HASHLIKE.fullmatch(made["set"])) and any(s.isdigit() for s in made["set"] + made["pod"]):
        return made["name"]
    for pattern in (_MEMBER, _RANDOM):
        if found := pattern.fullmatch(name):
            return found["name"]
    return name


def is_member(pod: str) -> bool:
    """Whether a pod is named as those of a stateful set are."""
    return _MEMBER.fullmatch(pod.rsplit("/", 1)[-1]) is not None


def read_labels(reading: Reading, labels: Mapping[str, object]) -> None:
    """Takes up labels, and the services, hosts and states that they name."""
    said = {name: value for name, given in list(labels.items())[:200] if (value := one_line(given))}
    folded = {name.casefold(): name for name in said}
    named = [folded[name] for name in SERVICE_LABELS if name in folded]
    measured = [name for name in named if _MEASURER.fullmatch(said[name])]
    for name in named:
        if name not in measured:
            reading.add("service", said[name], f"label {name}")
    for name in WORKLOAD_LABELS:
        if name in folded:
            reading.add("service", workload(said[folded[name]]), f"label {folded[name]}")
    if measured and (pod := said.get(folded.get("pod", ""))):
        reading.add("service", workload(pod), "pod name")
    for name in measured:
        reading.add("service", said[name], f"label {name}")
    for name in HINT_LABELS:
        if name in folded:
            value = said[folded[name]]
            reading.hint(workload(value) if "pod" in name else value, "pod name" if "pod" in name else f"label {name}")
    for kind, names in (("host", HOST_LABELS), ("status", STATUS_LABELS)):
        for name in names:
            if name in folded:
                reading.add(kind, said[folded[name]], f"label {folded[name]}")
    for name, value in said.items():
        if name != "alertname" and not name.startswith("__"):
            reading.label(name, value)
