"""Who owns what a page is about, and how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.library import Service, Team, pages
from app.lookup.runbooks import Runbook
from app.lookup.understood import Understood
from app.viewer import Viewer

# Labels in which an alert says whose it is.
_TEAM_LABELS = ("team", "owner", "squad")


@dataclass(frozen=True)
class Owner:
    """`service` is what the page is about, where it says so; `listed`: the catalog has it. `team` and `channel` are
    None where nobody stated them.
    """

    service: str | None
    title: str | None
    listed: bool
    team: str | None
    team_title: str | None
    channel: str | None
    why: str


def owner(
    session: Session, viewer: Viewer, understood: Understood, services: Sequence[str], runbooks: Sequence[Runbook]
) -> Owner | None:
    """The owner of the first service that the catalog has; else of what the labels or the runbook name."""
    titles = pages.service_titles(session, viewer)
    name = next((each for each in services if each in titles), services[0] if services else None)
    row = session.get(Service, name) if name in titles else None
    labelled = next((understood.labels[each] for each in _TEAM_LABELS if understood.labels.get(each)), None)
    first = runbooks[0].document if runbooks else None
    if row is not None and row.owner:
        team, why = row.owner, f"owner of {row.title}"
    elif labelled:
        team, why = labelled, "the page says so"
    elif first is not None and first.owner:
        team, why = first.owner, f"owner of the runbook {first.title}"
    elif name:
        team, why = None, "the page names the service"
    else:
        return None
    found = session.get(Team, team) if team else None
    return Owner(
        service=name,
        title=row.title if row else name,
        listed=row is not None,
        team=team,
        team_title=found.title if found else team,
        channel=found.channel if found else None,
        why=why,
    )
