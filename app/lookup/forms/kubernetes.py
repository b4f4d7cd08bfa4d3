"""What kinds of objects Kubernetes and OpenShift have, and which of their states are no health."""

from __future__ import annotations

import re
from collections.abc import Mapping

# By the names under which they are asked for; a final `s` is left out.
_NAMES = """
    po=Pod pod=Pod deploy=Deployment deployment=Deployment rs=ReplicaSet replicaset=ReplicaSet sts=StatefulSet
    statefulset=StatefulSet ds=DaemonSet daemonset=DaemonSet job=Job cj=CronJob cronjob=CronJob rollout=Rollout
    hpa=HorizontalPodAutoscaler horizontalpodautoscaler=HorizontalPodAutoscaler svc=Service service=Service ksvc=Service
    ep=Endpoints endpoint=Endpoints ing=Ingress ingresse=Ingress ingress=Ingress no=Node node=Node
    pv=PersistentVolume persistentvolume=PersistentVolume pvc=PersistentVolumeClaim
    persistentvolumeclaim=PersistentVolumeClaim ns=Namespace namespace=Namespace quota=ResourceQuota
    resourcequota=ResourceQuota pdb=PodDisruptionBudget poddisruptionbudget=PodDisruptionBudget apiservice=APIService
    ev=Event event=Event csr=CertificateSigningRequest cert=Certificate certificate=Certificate
    mcp=MachineConfigPool machineconfigpool=MachineConfigPool co=ClusterOperator clusteroperator=ClusterOperator
    clusterversion=ClusterVersion machine=Machine csv=ClusterServiceVersion dc=DeploymentConfig
    deploymentconfig=DeploymentConfig vm=VirtualMachine virtualmachine=VirtualMachine vmi=VirtualMachineInstance
    virtualmachineinstance=VirtualMachineInstance vmim=VirtualMachineInstanceMigration dv=DataVolume
    datavolume=DataVolume kustomization=Kustomization helmrelease=HelmRelease hr=HelmRelease app=Application
    application=Application
"""
KINDS = dict(pair.split("=") for pair in _NAMES.split())
# Those whose name is the workload's, or made of it.
WORKLOADS = frozenset(
    """Pod Deployment ReplicaSet StatefulSet DaemonSet Job CronJob HorizontalPodAutoscaler Service Endpoints Ingress
    VirtualMachine VirtualMachineInstance Rollout DeploymentConfig HelmRelease Application
    PodDisruptionBudget""".split()
)
# Which objects a table lists, where no command says so: heads that only they have.
HEADS = (
    (("RESTARTS",), "Pod"),
    (("ROLES", "VERSION"), "Node"),
    (("DESIRED", "UP-TO-DATE"), "DaemonSet"),
    (("UP-TO-DATE",), "Deployment"),
    (("COMPLETIONS",), "Job"),
    (("SCHEDULE",), "CronJob"),
    (("MINPODS",), "HorizontalPodAutoscaler"),
    (("CLUSTER-IP",), "Service"),
    (("RECLAIM POLICY",), "PersistentVolume"),
    (("CAPACITY", "ACCESS MODES"), "PersistentVolumeClaim"),
    (("LAST SEEN",), "Event"),
    (("MACHINECOUNT",), "MachineConfigPool"),
    (("PROGRESSING", "DEGRADED"), "ClusterOperator"),
    (("DESIRED", "CURRENT"), "ReplicaSet"),
    (("MIN AVAILABLE",), "PodDisruptionBudget"),
    (("READY", "AGE"), "StatefulSet"),
)
_HEALTHY = frozenset(
    """running completed succeeded ready bound active available true complete healthy synced normal deployed
    approved issued established""".split()
)
# What is bad where it is true; everything else that is true or false is bad where it is false.
_BAD_TRUE = frozenset(("DEGRADED", "PAUSED", "FAILED"))
_STATES = ("STATUS", "PHASE", "STATE", "HEALTH STATUS", "SYNC STATUS")
_OF = re.compile(r"(\d{1,6})/(\d{1,6})")
_TRUTH = re.compile(r"(True|False|Unknown)\b\s?(?:\((\w{2,60})\))?.*")
_SHARE = re.compile(r"(\d{1,7})%/(\d{1,7})%")
_QUANTITY = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)(m|[kKMGTPE]i?)?")
_FACTOR = {"m": 0.001, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_FACTOR |= {f"{sign}i": 1024.0**power for power, sign in enumerate("KMGTPE", 1)}


def kind_of(written: str) -> str:
    """The kind behind a name such as `pods`, `sts`, `deployments.apps`; nothing for what is none."""
    name = written.casefold().split(".", 1)[0]
    return KINDS.get(name) or KINDS.get(name.removesuffix("s"), "")


def kind_by_heads(heads: tuple[str, ...]) -> str:
    return next((kind for needed, kind in HEADS if set(needed) <= set(heads)), "")


def ill(cells: Mapping[str, str]) -> list[str]:
    """What in a row of a listing is no health, in words."""
    said: list[str] = []
    for head in _STATES:
        state = cells.get(head, "")
        if state and not all(each.casefold() in _HEALTHY for each in state.split(",")):
            # Behind the first come what follows from it and what somebody chose.
            said.append(next(each for each in state.split(",") if each.casefold() not in _HEALTHY))
    over = cells.get("STATUS", "").casefold() in ("completed", "complete", "succeeded")
    for head in ("READY", "COMPLETIONS"):
        # A state that was told says why.
        if (of := _OF.fullmatch(cells.get(head, ""))) and int(of[1]) < int(of[2]) and not over and not said:
            said.append("not ready" if head == "READY" else "not completed")
    said += _short(cells)
    for head, cell in cells.items():
        truth = _TRUTH.fullmatch(cell)
        if (
            truth
            and head not in ("STATUS", "UPDATING", "PROGRESSING")
            and (truth[1] == "Unknown" or (truth[1] == "True") == (head in _BAD_TRUE))
        ):
            said.append(" ".join(filter(None, (head, truth[1], truth[2]))))
    if any(sign in cell for cell in cells.values() for sign in ("<unknown>", "<pending>")):
        said.append("unknown metrics" if "TARGETS" in cells else "pending")
    return said


def _short(cells: Mapping[str, str]) -> list[str]:
    """Counts that are less than they should be, or as much as they may be."""
    numbers = {head: int(cell) for head, cell in cells.items() if cell.isdigit() and cell.isascii() and len(cell) < 10}
    said: list[str] = []
    wanted = numbers.get("DESIRED")
    if wanted is not None:
        if numbers.get("READY", wanted) < wanted or numbers.get("AVAILABLE", wanted) < wanted:
            said.append("not ready, not available")
        if numbers.get("UP-TO-DATE", wanted) < wanted:
            said.append("not up to date, rollout")
    if "MAXPODS" in numbers and numbers.get("REPLICAS") == numbers["MAXPODS"]:
        said.append("replicas at maximum, maxed out")
    if (share := _SHARE.search(cells.get("TARGETS", ""))) and int(share[1]) > int(share[2]):
        said.append("above target")
    if numbers.get("DEGRADEDMACHINECOUNT"):
        said.append("degraded machines")
    if numbers.get("ALLOWED DISRUPTIONS") == 0:
        said.append("no disruption allowed")
    return said


def quantity(written: str) -> float | None:
    """A quantity of resources as a number, or None."""
    found = _QUANTITY.fullmatch(written.strip())
    return float(found[1]) * _FACTOR.get(found[2] or "", 1.0) if found else None
