"""A small library with documents of three audiences, really ingested and indexed, and the site over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.db import Database
from app.http.parts import NAME, Parts
from app.http.sessions import cookie_name
from app.indexing.worker import catch_up
from app.ingest import importer, sources
from app.ingest.importer import Report
from app.library import User
from app.migrations import upgrade
from app.people import accounts
from app.search.engines.whoosh import open_reader, open_writer
from app.settings import Settings, load

# A real hash takes a tenth of a second and 64 MiB.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four quiet herons at dawn"
READER, OUTSIDER, ADMIN = "reader@example.org", "outsider@example.org", "admin@example.org"
ANONYMOUS = "anonymous"
PERSONAS = (ANONYMOUS, OUTSIDER, READER, ADMIN)
# Words that stand in one document only, by its audience and by the place where they stand.
ORGANISATION_WORDS = {"title": "Aventurine", "body": "tourmalinex", "alert": "AmetrineVelociraptor"}
TEAM_WORDS = {
    "title": "Obsidianite",
    "heading": "Feldsparry",
    "body": "serpentinex",
    "command": "zoisite-ctl",
    "alert": "KyaniteLedgerStuck",
    "tag": "sugilite",
    "owner": "larimarists",
    "action": "charoitevalve",
    "fixed_by": "pezzottaite",
    "evidence": "benitoiteproof",
}
# Nobody outside the organisation hears of it: only documents of the team name it.
TEAM_SERVICE = "rhodonite-ledger"
# What the team calls a pattern of its own.
TEAM_PATTERN = "Howlitering"
HIDDEN = "\u202e"

FILES = {
    "services.yml": """
teams:
  - {name: platform, title: Platform}
  - {name: databases, title: Databases}
  - {name: larimarists, title: The larimarists}
services:
  - {name: checkout, title: Checkout, aliases: [basket], owner: platform, tier: 1, depends_on: [postgresql]}
  - {name: postgresql, title: PostgreSQL, aliases: [postgres], owner: databases, tier: 1}
  - {name: rhodonite-ledger, title: Rhodonite ledger, owner: platform, depends_on: [postgresql]}
""",
    "taxonomy.yml": """
causes:
  - name: capacity
    title: A limit was reached
    definition: Demand met a finite resource.
    aliases: [overload]
    examples: [A disk fills with logs.]
  - {name: connections, title: Connections used up, parent: capacity, definition: The pool ran out.}
  - {name: deploy, title: A change was rolled out, aliases: [release], definition: A new version broke it.}
""",
    "severities.yml": """
levels:
  - level: SEV1
    title: Everything is down
    criteria: [The main thing does not work for most.]
    called: [everybody on call, a commander]
    response: Page everybody at once.
    examples: [Every write is refused.]
  - {level: SEV2, title: Badly degraded, criteria: [An important part is out.]}
  - {level: SEV3, title: Partly degraded, criteria: [There is a way around.]}
roles:
  - {name: commander, title: Incident commander, duties: [Decides.]}
cadence:
  updates:
    SEV1: {first_within_minutes: 15, every_minutes: 30}
  postmortem_due_working_days: {SEV1: 5}
""",
    "synonyms.yml": "synonyms:\n  - [db, database]\n  - [oom, out of memory]\n",
    "postmortems/checkout-down.md": """---
id: checkout-down
kind: postmortem
title: Checkout down while the pool was exhausted
audience: public
severity: SEV2
started: 2026-08-03T03:12:00Z
detected: 2026-08-03T03:20:00Z
mitigated: 2026-08-03T03:50:00Z
resolved: 2026-08-03T04:59:00Z
services: [checkout, postgresql]
causes:
  - cause: connections
    evidence: Every slot was taken by idle transactions.
trigger: A burst of traffic.
detection: monitoring
impact: Nobody could pay for 107 minutes.
fixed_by: Raised pool_size and ended the idle transactions.
alerts: [PgPoolSaturated]
tags: [pool]
source: https://status.example.org/checkout-down
---

## Summary

The pool was exhausted, see the [runbook](../runbooks/pool-exhausted.md#stop-the-bleeding) and
[what the others say](../runbooks/ledger.md). A client waits where `a < b`, and `if a & b` holds.

## Timeline

- 2026-08-03 03:12 UTC - The pool is full.
- 2026-08-03 03:50 UTC - Transactions are ended.

## Action items

| Action | Owner | Due | Kind | Status |
|---|---|---|---|---|
| Limit idle transactions | databases | 2026-09-01 | prevent | open |
| Alert on pool use | platform | 2026-08-20 | detect | done |
| Rewrite the pool | platform | | prevent | wont-do |
| Tell clients to wait | | | process | |
""",
    "postmortems/quiet.md": """---
id: quiet
kind: postmortem
title: Something was slow once
audience: public
---

## Summary

Somebody noticed and it went away. The database was fine.
""",
    "postmortems/derived.md": """---
id: derived
kind: postmortem
title: A deploy that was rolled back
audience: public
severity: {level: SEV3, origin: derived}
started: 2024-02-29
services: [checkout]
causes: [deploy]
---

## Summary

A deploy broke the basket and was rolled back.
""",
    "postmortems/ledger-stuck.md": """---
id: ledger-stuck
kind: postmortem
title: Obsidianite ledger stuck
audience: team:payments
severity: SEV1
started: 2026-07-01T10:00:00Z
resolved: 2026-07-01T11:00:00Z
services: [rhodonite-ledger, postgresql]
causes:
  - cause: capacity
    evidence: The benitoiteproof was full.
fixed_by: Exchanged the pezzottaite by hand.
alerts: [KyaniteLedgerStuck]
tags: [sugilite]
---

## Summary

The serpentinex did not move.

## Action items

- [ ] Replace the charoitevalve
""",
    "runbooks/pool-exhausted.md": f"""---
id: pool-exhausted
kind: runbook
title: "PostgreSQL: too many connections"
audience: public
services: [postgresql]
alerts: [PgPoolSaturated, PgTooManyConnections]
owner: databases
reviewed: 2026-06-01
---

All connection slots of the server are taken, or all places of the pooler in front of it are: new requests wait until
one is free, or are refused at once. Whoever reads this was paged for it, or sees that every request that needs the
database ends in a timeout while the database itself is nearly idle and answers at once when it is asked by hand. The
pool is exhausted when every client waits for a connection and nobody gives one back, which is seldom a lack of room.

## Symptoms

`FATAL: sorry, too many clients already`

## Stop the bleeding

```sh
psql -c "SELECT pid, state FROM pg_stat_activity"
```

Then read [what happened before](../postmortems/checkout-down.md), [nothing](no-such-file.md) or
[the manual](https://www.postgresql.org/docs/).

## Verify

```sh
pgbouncer{HIDDEN} -R
```

## Words like lt and amp

Where lt and amp stand: compare with `a < b`; never `<img src=x onerror=x>` & co.
""",
    "runbooks/ledger.md": """---
id: ledger
kind: runbook
title: Obsidianite ledger
audience: team:payments
services: [rhodonite-ledger, postgresql]
alerts: [KyaniteLedgerStuck]
owner: larimarists
tags: [sugilite]
---

## Feldsparry checks

The serpentinex tells whether it moves.

```sh
zoisite-ctl restart
```
""",
    "runbooks/queue.md": """---
id: queue
kind: runbook
title: Aventurine queue
audience: organisation
services: [checkout]
alerts: [AmetrineVelociraptor]
owner: platform
---

## First steps

Look at the tourmalinex.
""",
    "guides/severity-levels.md": """---
id: severity-levels
kind: guide
title: Severity levels
audience: public
renders: severities
template: levels.md
owner: platform
---

Take the first level that fits.
""",
    "reading-lists/first-week.md": """---
id: first-week
kind: reading-list
title: First week on call
audience: public
---

1. [Severity levels](../guides/severity-levels.md)
2. [Too many connections](../runbooks/pool-exhausted.md) - the commonest page
3. [One more](../runbooks/ledger.md), for those who have it
4. [What others say](https://www.postgresql.org/docs/)
""",
}


class Reader(FlaskClient):
    """A client that reads an answer to its end, as browsers do: some work is done only after that."""

    def open(self, *given: Any, buffered: bool = True, **more: Any) -> TestResponse:
        return super().open(*given, buffered=buffered, **more)


class Published:
    """`client(persona)` looks at the site as one of PERSONAS; each has one session. `ingest` is `hindsight ingest`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.content = settings.content[0]
        self.database = Database(settings.database)
        self.apps: list[Flask] = []
        self.app = self.another_app()

    def another_app(self, **changes: Any) -> Flask:
        """One more process's worth of application over the same database and index."""
        app = create_app(load({}, **{**self.settings.__dict__, **changes}))
        self.apps.append(app)
        return app

    def write(self, path: str, text: str) -> None:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ingest(self, allow_removals: bool = True) -> Report:
        """Reads the content folder and returns when the index has it."""
        scopes = sources.scopes(self.settings, ())
        report = importer.ingest(self.database, self.settings, scopes, allow_removals=allow_removals)
        reader = open_reader(self.settings.index)
        catch_up(self.database, open_writer, reader, self.settings.index)
        reader.close()
        return report

    def token(self, persona: str) -> str:
        """A new session of this person, as signing in makes one."""
        with self.database.write() as session:
            user = session.scalars(select(User).where(User.email == persona)).one()
            return accounts.open_session(session, user, self.settings, datetime.now(UTC))

    def client(self, persona: str = ANONYMOUS, app: Flask | None = None) -> FlaskClient:
        client = Reader(app or self.app)
        if persona != ANONYMOUS:
            client.set_cookie(cookie_name(self.settings), self.token(persona), secure=True)
        return client

    def parts(self, app: Flask) -> Parts:
        parts = app.extensions[NAME]
        assert isinstance(parts, Parts)
        return parts

    def close(self) -> None:
        for app in self.apps:
            self.parts(app).close()
        self.database.close()


def publish(folder: Path, files: Mapping[str, str] = FILES) -> Published:
    """The files ingested and indexed below `folder`, with one account for each persona."""
    settings = load({}, data=folder / "data", content=(folder / "content",))
    database = Database(settings.database)
    upgrade(database)
    with database.write() as session:
        for email, role, teams in (
            (READER, "reader", ["payments"]),
            (OUTSIDER, "reader", ["search"]),
            (ADMIN, "admin", ["payments", "search"]),
        ):
            hashed, now = CHEAP.hash(PASSWORD), datetime.now(UTC)
            session.add(User(email=email, password=hashed, role=role, teams=teams, created=now, failures=0))
    database.close()
    published = Published(settings)
    for path, text in files.items():
        published.write(path, text)
    report = published.ingest()
    assert [problem for problem in report.problems if problem.level == "error"] == []
    return published


def words(response: TestResponse) -> str:
    """The page as a reader sees it: without tags, and every space one."""
    text = re.sub(r"<[^>]*>", " ", response.text)
    return " ".join(unescape(text).split())


def csrf(page: str) -> str:
    """The token that a page's form carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form with a token"
    return found[1]


def without_token(page: str) -> str:
    """The page without that token, which has the time in it."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", page)


def sign_in(client: FlaskClient, email: str = READER, password: str = PASSWORD, **more: str) -> TestResponse:
    """As a person does it: the form is loaded, filled in and sent."""
    form = {"csrf_token": csrf(client.get("/login").text), "email": email, "password": password, **more}
    return client.post("/login", data=form)
