"""What listens at a port by custom: an address in an error names it where nothing else does.

After IANA's registry of service names and port numbers, and the defaults that each project documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "22": ("ssh",),
    "25": ("smtp",),
    "53": ("dns",),
    "88": ("kerberos",),
    "123": ("ntp",),
    "179": ("bgp",),
    "389": ("ldap",),
    "636": ("ldap",),
    "1433": ("mssql", "sqlserver"),
    "1521": ("oracle",),
    "2049": ("nfs",),
    "2181": ("zookeeper",),
    "2379": ("etcd",),
    "2380": ("etcd",),
    "3100": ("loki",),
    "3306": ("mysql", "mariadb"),
    "4222": ("nats",),
    "5432": ("postgresql", "postgres"),
    "5672": ("rabbitmq", "amqp"),
    "6379": ("redis", "valkey"),
    "6432": ("pgbouncer",),
    "6443": ("apiserver", "kube api"),
    "8200": ("vault",),
    "8500": ("consul",),
    "9042": ("cassandra",),
    "9090": ("prometheus",),
    "9092": ("kafka",),
    "9093": ("alertmanager",),
    "9100": ("node exporter",),
    "9200": ("elasticsearch", "opensearch"),
    "9300": ("elasticsearch", "opensearch"),
    "10249": ("kube proxy",),
    "10250": ("kubelet",),
    "10256": ("kube proxy",),
    "10257": ("controller manager",),
    "10259": ("scheduler",),
    "11211": ("memcached",),
    "15672": ("rabbitmq",),
    "26257": ("cockroachdb",),
    "26379": ("redis", "sentinel"),
    "27017": ("mongodb", "mongo"),
}
_PORT = re.compile(r"(?<=[\w\]]):(?P<port>\d{2,5})(?!\d|[.:]\d)")
# What stands in front of a host, and where it is looked for; so much of a text is looked through.
_BREAK = re.compile(r"[\s/@\"'(,=]")
LONGEST_HOST, LONGEST = 100, 10_000
# A place in a file has a number behind a colon too.
_FILE = re.compile(
    r"\.(?:go|py|java|kt|scala|rb|[jt]sx?|mjs|cs|c|cc|cpp|h|rs|php|exs?|erl|sh|sql|ya?ml|json|log|conf)$", re.IGNORECASE
)


def ports(text: str) -> list[str]:
    """The ports in the addresses of a text that have a name, each once."""
    text = text[:LONGEST]
    known = (match for match in _PORT.finditer(text) if match["port"] in NAMES)
    found = (match["port"] for match in known if _is_host(text[max(0, match.start() - LONGEST_HOST) : match.start()]))
    return list(dict.fromkeys(found))


def _is_host(before: str) -> bool:
    """Whether what stands before a colon may be a host: an address, or a name. A time of day (`03:12:44`) is none."""
    host = _BREAK.split(before)[-1]
    if host.endswith("]") or host.replace(".", "").isdigit():
        return host.endswith("]") or host.count(".") == 3
    return any(sign.isalpha() for sign in host) and ":" not in host and not _FILE.search(host)
