"""Generated documents; the same ones each time, for the same numbers.

Words look English and are inflected, so that stemming has work to do; they are as unevenly frequent as in real prose
(Zipf), function words first. About one token in 25 is an identifier. A document has seven sections of about 50 words.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

SECTIONS = 7
WORDS = 50
VOCABULARY = 20_000
HIDDEN = 0.1
FIRST_DAY, DAYS = date(2024, 1, 1), 731
KINDS = ("postmortem", "runbook", "guide")
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_AREAS = _listed("checkout search billing identity media gateway ledger mail")
SERVICES = tuple(f"{area}-{part}" for area in _AREAS for part in _listed("api worker store cache proxy"))
CAUSES = _listed(
    """
    automation capacity cascading-failure certificate config-change dependency dns hardware human-error network
    security software-bug
    """
)
HEADINGS = _listed(
    """
    Symptoms Impact Diagnosis Mitigation Rollback Verification Escalation Timeline Cause Resolution Lessons
    Detection
    """
)

FUNCTION = _listed(
    """
    the of and to a in is was for that it with on as by at from are be were this had not an but which they its or
    have has been after when all their then before so into no one while if out up over our we who more than two
    there some could would did how does can will us only other about any through where each what also new every
    still down because until again them itself first another most these between during both now too very such under
    might same
    """
)
_OPERATIONS = _listed(
    """
    connection timeout pool exhausted database server request error latency deploy restart memory disk queue replica
    leader election cluster  node pod container certificate expired traffic balancer cache eviction write read lock
    transaction query index failover backup restore  snapshot volume storage bandwidth packet route switch firewall
    resolver record zone region availability quota limit throttle retry backoff  circuit breaker health check probe
    alert page dashboard metric log trace span release rollback feature flag migration schema table row  partition
    shard consumer producer broker offset lag topic message worker thread process signal kernel driver host rack
    power cooling  operator engineer customer incident outage degraded recovered mitigated monitored scheduled
    triggered stuck slow full broken missing wrong
    """
)
_ONSETS = _listed("b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w")
_VOWELS = _listed("a e i o u a e i o ai ea ee oa ou")
_CODAS = _listed("b ck d ft g ld lt m mp n nd ng nt p pt r rd rk rm rn rt s sk st t x")
_STARTS = _listed("re de un pre over inter trans dis")
_ROOTS = _listed(
    """
    port spect struct form press duct tract mit vert serv sist tain pose scribe ject pend fer cede clude spire solve
    volve gress rupt sect sign  tend test tribute turn view voke act band bank bind block board bolt bond boot
    bridge build burn call cast chain charge chart claim class  clock cloud coil color cost count craft cross crown
    cycle dock draft drain drift drop edge fail fault feed field file filter flash float  flow fold forge frame
    front fuse gate gauge glass grade graph grid grip ground group guard guide hand harbor hash head heap hook join
    key knit land latch layer lead leak lever lift light line link list load loop map mark mask match merge mesh
    mount mold nest notch order  pack paint panel park pass patch path peer pile pilot pin pipe place plan plant
    plate plug point pole post print pump rack rail rank rate  reach ring rise roll root round rule sample scale
    scan scope screen seal seat seed shape shelf shift ship side slice slide slot sort sound  source split spring
    stack staff stage stamp stand start state steer stem step stitch stock stone store strain strand stream stretch
    string
    """
)
_ENDS = ("", *_listed("s ed ing er ers able ment ments ion ions ive ively less ness al ally ful"))
_CAMEL = _listed(
    "Kube Pod Crash Looping Node Disk Full Etcd Api Server Down High Latency Error Rate Memory Queue Stale Replica"
)
_SNAKE = _listed("pg stat activity max conn idle wait lock bytes total pool size replica lag node cpu")
_PATHS = _listed("var lib etc log data run opt etcd nginx postgres kubelet certs tmp")


@dataclass(frozen=True)
class Text:
    """One document before analysis; `sections` are heading and body."""

    id: str
    title: str
    sections: tuple[tuple[str, str], ...]
    kind: str
    services: tuple[str, ...]
    causes: tuple[str, ...]
    severity: str
    day: date
    hidden: bool


def documents(count: int, seed: int = 1) -> Iterator[Text]:
    """`count` documents; the first n are the same for every count."""
    rng = random.Random(seed)
    token = _tokens(rng)
    for number in range(count):
        title = " ".join(token() for _ in range(6))
        sections = tuple(
            (f"{rng.choice(HEADINGS)} {token()} {token()}", _prose(rng, token, max(5, int(rng.gauss(WORDS, 20)))))
            for _ in range(SECTIONS)
        )
        yield Text(
            id=f"d{number:06}",
            title=title[0].upper() + title[1:],
            sections=sections,
            kind=rng.choice(KINDS),
            services=tuple(rng.sample(SERVICES, rng.randint(1, 3))),
            causes=tuple(rng.sample(CAUSES, rng.randint(1, 3))),
            severity=rng.choice(SEVERITIES),
            day=FIRST_DAY + timedelta(rng.randrange(DAYS)),
            hidden=rng.random() < HIDDEN,
        )


def _tokens(rng: random.Random) -> Callable[[], str]:
    """Draws one token as text has them: mostly words, by rank, and now and then an identifier."""
    known = vocabulary()
    cumulative = list(accumulate(1 / (rank + 3) for rank in range(len(known))))
    total = cumulative[-1]

    def draw() -> str:
        if rng.random() < 0.04:
            return _identifier(rng)
        return known[bisect.bisect(cumulative, rng.random() * total)]

    return draw


def vocabulary() -> list[str]:
    """Function words, then the words of the trade, then the rest of the language; in the same order each time."""
    rng = random.Random(0)
    roots = [*_ROOTS, *(_root(rng) for _ in range(VOCABULARY // 4))]
    built: list[str] = []
    for root in roots:
        built += (root + end for end in rng.sample(_ENDS, rng.randint(2, 8)))
        if rng.random() < 0.3:
            built += (rng.choice(_STARTS) + root + end for end in rng.sample(_ENDS, 2))
    rng.shuffle(built)
    return list(dict.fromkeys([*FUNCTION, *_OPERATIONS, *built]))[:VOCABULARY]


def _root(rng: random.Random) -> str:
    syllables = (rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 1, 2))))
    return "".join(syllables) + rng.choice(_CODAS)


def _identifier(rng: random.Random) -> str:
    match rng.randrange(8):
        case 0:
            return f"ORA-{rng.randint(0, 20_000):05}"
        case 1:
            return "_".join(rng.sample(_SNAKE, 3))
        case 2:
            return "/" + "/".join(rng.sample(_PATHS, 3))
        case 3:
            return f"{rng.choice(_SNAKE)}-{rng.randint(1, 400)}.internal"
        case 4:
            return f"v{rng.randint(0, 30)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}"
        case _:
            return "".join(rng.sample(_CAMEL, 3)) + (str(rng.randint(1, 400)) if rng.random() < 0.5 else "")


def _prose(rng: random.Random, token: Callable[[], str], length: int) -> str:
    """Sentences of 6 to 16 words."""
    sentences: list[str] = []
    while length > 0:
        size = min(length, rng.randint(6, 16))
        sentence = " ".join(token() for _ in range(size))
        sentences.append(sentence[0].upper() + sentence[1:] + ".")
        length -= size
    return " ".join(sentences)
