"""Incidents told for the tests: problems that recur, each time in a part of their words, and some that came once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.db import Database
from app.insight.casebook import Casebook
from app.insight.patterns import form
from app.insight.profile import Telling, profile
from app.insight.refresh import refresh
from app.insight.shards import Case
from app.settings import Settings
from tests.insight.recurrences import ingest, postmortem

# A title and a text.
Story = tuple[str, str]
# What recurs: a title, and sentences of which each incident says most.
PROBLEMS: dict[str, tuple[str, Sequence[str]]] = {
    "certificate": (
        "Expired certificate on the parcel gateway",
        (
            "The TLS certificate of the parcel gateway had expired at midnight.",
            "Every handshake of a courier client was refused with CERT_HAS_EXPIRED.",
            "Nobody had renewed the certificate, since its reminder went to a closed mailbox.",
            "Couriers could scan no parcel until a fresh certificate was installed.",
            "The gateway was reloaded with the renewed certificate.",
        ),
    ),
    "disk": (
        "Disk full on the thumbnail hosts",
        (
            "The volume of the thumbnail hosts filled up with debug logs.",
            "Rendering stopped with ENOSPC on each of the thumbnail hosts.",
            "Log rotation had been switched off for an investigation of the renderer.",
            "Old debug logs were deleted to free the disk.",
            "Pictures were missing in the gallery while rendering stood still.",
        ),
    ),
    "resolver": (
        "Names were not resolved in the northern cluster",
        (
            "The resolver pods of the northern cluster were starved of processor time.",
            "Lookups timed out with SERVFAIL, and retries made the resolver slower still.",
            "Every lookup tried five search domains before it asked for the name itself.",
            "More resolver pods were started, and a cache was put on each node.",
            "Half of all calls between services failed while names were not resolved.",
        ),
    ),
    "deadlock": (
        "Deadlocks in the seat booking table",
        (
            "Two nightly jobs updated the seat booking table in opposite order.",
            "The database ended one transaction after another with deadlock detected.",
            "Bookings of seats waited on row locks until they gave up.",
            "The nightly jobs were stopped, and the locks were gone at once.",
            "A new index had changed the order in which seats were locked.",
        ),
    ),
    "quota": (
        "Mail provider refused our receipts",
        (
            "The mail provider refused receipts, because the monthly quota was used up.",
            "A campaign had sent four hundred thousand letters in one evening.",
            "Receipts and password mails waited in the outbound queue.",
            "The quota was raised by the provider, after a call to their support.",
            "Nobody watched how much of the quota was left.",
        ),
    ),
    "flag": (
        "A feature flag showed the new basket to everybody",
        (
            "The flag for the new basket was switched on for everybody by mistake.",
            "The new basket crashed on coupons with TypeError.",
            "Its rollout was meant for one percent of the visitors.",
            "The flag was switched off, and the old basket came back.",
            "The flag console did not ask before a change to all visitors.",
        ),
    ),
    "replica": (
        "Replication lag on the ledger replicas",
        (
            "The ledger replicas fell forty minutes behind the primary.",
            "Balances that readers saw were stale because of replication lag.",
            "A bulk delete of old postings had written more than replication could carry.",
            "The bulk delete was cut in small steps, and the replicas caught up.",
            "Reads went to the primary until the replication lag was gone.",
        ),
    ),
    "memory": (
        "The route planner ran out of memory",
        (
            "The route planner was killed by the kernel, out of memory, every six minutes.",
            "A cache of road maps in the planner had no upper limit.",
            "Drivers got no route while the planner restarted.",
            "The heap grew with each map tile that was loaded.",
            "The planner was given more memory, and later a limit for its map cache.",
        ),
    ),
}
# What came once.
ONCE: Sequence[Story] = (
    ("Clocks went back an hour", "Shift plans doubled for nurses because summertime ended twice in the roster."),
    ("Excavator cut the fibre", "Builders dug through both trunk lines beneath Harbour Street within ten minutes."),
    ("Chat search in Turkish", "Dotless letters were folded wrongly, so that nicknames matched no conversation."),
    ("Printer flood", "Ninety thousand labels were printed overnight by one warehouse robot."),
    ("Vouchers spent twice", "Two clicks redeemed a voucher two times, as neither click waited for the other."),
    ("Ransom note in the wiki", "An attacker guessed a shared passphrase and defaced eleven articles."),
    ("Cooling failed in hall C", "Compressors tripped during the heatwave, and racks shut themselves down."),
    ("Wrong currency on invoices", "Yen were billed as euros after a spreadsheet import lost its header."),
    ("Elevator music everywhere", "The hold melody looped into live calls while the switchboard was patched."),
    ("Library upgrade broke emoji", "Faces became question marks once the string encoder was swapped."),
    ("Satellite modem rebooted", "Solar wind flipped a bit, and trawlers lost their position reports."),
    ("Payroll ran a day early", "A leap year moved the calendar by one, and salaries left on Thursday."),
    ("Recommendations were empty", "The nightly training job trained on nothing, for its bucket was renamed."),
    ("Atlas upside down", "A sign was flipped in the projection, so Norway lay south of Sicily."),
    ("Parental controls locked everybody", "Birthdays were read as month first, and grown-ups became toddlers."),
    ("Sandbox charged real cards", "Merchants testing their shop paid true money through a swapped endpoint."),
    ("Video captions lagged", "Subtitles drifted behind speech as the transcoder dropped frames."),
    ("Robots blocked our crawler", "A partner banned the spider, whose politeness delay had become zero."),
    ("Exam portal crowded", "Forty schools began the same test at nine, and the waiting room had no door."),
    ("Thermostats froze at noon", "Homes stayed cold when an update bricked the relay of older boilers."),
    ("Ballots counted late", "Scanners jammed on humid paper, and volunteers tallied by hand."),
    ("Fraud rules refused pensioners", "A model took slow typing for a machine and declined the elderly."),
    ("Translation swapped buttons", "Cancel said Confirm in Finnish after two strings were sorted by length."),
    ("Greenhouse vents stayed shut", "Tomatoes wilted while the hygrometer reported a frozen number."),
)
_BEGUN = ("On call was paged.", "Somebody at the desk noticed.", "A customer rang.", "A graph looked odd.")
_SYLLABLES = ("bra", "cor", "dem", "fil", "gus", "hal", "jor", "kem", "lod", "mip", "nur", "pos", "rik", "sut", "vel")


def told(problem: str, number: int) -> Story:
    """(title, text) of this problem's incident with that number."""
    rng = random.Random(f"{problem} {number}")
    title, sentences = PROBLEMS[problem]
    # A word of its own, so that no two say the very same.
    seen = f"Somebody wrote {''.join(rng.sample(_SYLLABLES, 3))} on the board."
    chosen = rng.sample(sentences, len(sentences) - 1)
    return title if number % 2 else f"{title}, once more", " ".join([rng.choice(_BEGUN), seen, *chosen])


def told_once(count: int) -> dict[str, Story]:
    """So many of what happened only once."""
    return {f"lone-{number}": story for number, story in enumerate(ONCE[:count])}


def recurring(times: int, first: int = 0) -> dict[str, Story]:
    """Every problem, so many times."""
    return {
        f"{problem}-{number}": told(problem, number) for problem in PROBLEMS for number in range(first, first + times)
    }


def case(id: str, title: str, text: str, **more: Any) -> Case:
    made = Case(profile(Telling(title, text, "")), id=id, title=title, audience="public")
    return replace(made, **more)


def book(stories: dict[str, Story], **more: Any) -> Casebook:
    """A casebook of these, in the order in which they are given."""
    made = Casebook(None)
    made.bring_up([case(id, *story, **more) for id, story in stories.items()], ())
    return made


def files(stories: dict[str, Story], **front: Any) -> dict[str, str]:
    """The post-mortems' files, without services and causes unless `front` says some."""
    stated: dict[str, Any] = {"services": [], "causes": []} | front
    return {id: postmortem(title, body=text, **stated) for id, (title, text) in stories.items()}


def take_in(database: Database, settings: Settings, texts: dict[str, str], anew: bool = False) -> int:
    """Files into the library, and patterns brought up to it; how many incidents were looked at."""
    ingest(database, settings, texts)
    refresh(database)
    return form(database, anew)
