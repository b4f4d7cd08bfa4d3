"""How people who write runbooks say what systems say in their own terms: codes, states, names of exceptions."""

from __future__ import annotations

import re

# States and reasons, which a question says in these words instead.
STATES = {
    "CrashLoopBackOff": "crash looping",
    "BackOff": "crash looping",
    "OOMKilled": "out of memory killed",
    "OOMKilling": "out of memory killed",
    "NotReady": "not ready",
    "SchedulingDisabled": "cordoned",
    "ImagePullBackOff": "cannot pull image",
    "ErrImagePull": "cannot pull image",
    "BackoffLimitExceeded": "failed to complete",
    "DeadlineExceeded": "deadline exceeded, did not complete in time",
    "FailedScheduling": "cannot be scheduled",
    "FailedMount": "cannot mount volume",
    "FailedAttachVolume": "cannot attach volume",
    "Evicted": "evicted",
    "Unhealthy": "probe failed, not ready",
    "CreateContainerConfigError": "cannot create container, configuration missing",
    "ContainerStatusUnknown": "container status unknown",
    "Terminating": "stuck terminating",
    "ContainerCreating": "stuck creating container, waiting",
    "FailedCreate": "cannot create pods",
    "FailedGetResourceMetric": "no metrics",
    "NodeNotReady": "node not ready",
    "MissingEndpoints": "down, has no endpoints",
    "FailedDiscoveryCheck": "down, discovery check failed",
}
# What is added to the words of an error.
_ADDED = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (
            r"UnknownHost|name resolution|ENOTFOUND|EAI_AGAIN|no such host|NXDOMAIN|SERVFAIL|getaddrinfo|resolve host",
            "DNS errors",
        ),
        (
            r"\A(?!.*(?:inotify|watch)).*(?:no space left on device|ENOSPC|disk (?:is )?full|disk quota exceeded)",
            "disk full, volume filling up",
        ),
        (r"inotify|file watche?r?s? (?:limit|reached)|limit for number of file watchers", "inotify watches limit"),
        (r"too many open files|EMFILE|ENFILE", "file descriptor limit"),
        (
            r"OutOfMemory|cannot allocate memory|out of memory|OOM ?kill|OOM command|MemoryError|exit code:? 137",
            "out of memory",
        ),
        (
            r"x509|certificate (?:has )?expired|CERT_HAS_EXPIRED|SSLHandshake|certificate verify failed",
            "TLS certificate",
        ),
        (
            r"\b429\b|too many requests|TooManyRequests|rate exceeded|ThrottlingException",
            "too many requests, throttled",
        ),
        (r"conntrack\S* .*table full", "conntrack entries limit"),
        (r"alarm:NOSPACE|mvcc: database space exceeded", "database quota, low space"),
        (r"deadlock", "deadlock, locks"),
        (
            r"too many (?:clients|connections)|remaining connection slots|max_connections|pool timed out|QueuePool",
            "connections exhausted",
        ),
        (r"replication slot|wal receiver|replica.*behind|replication lag", "replication lag"),
        (r"stale file handle|ESTALE", "NFS stale mount"),
        (r"NotLeaderForPartition|UnderReplicated|LEADER_NOT_AVAILABLE", "partition leader, under-replicated"),
        (r"clock skew|certificate is not yet valid|RequestTimeTooSkewed", "clock skew, time"),
    )
)
_WORD = re.compile(r"[A-Za-z]+")


def in_words(state: str) -> str:
    """A state as people say it."""
    return _WORD.sub(lambda found: STATES.get(found[0], found[0]), state)


def added_to(errors: str) -> list[str]:
    """The words that errors lack and that a page about them has."""
    return [words for pattern, words in _ADDED if pattern.search(errors[:4_000])]
