"""Who is looking. Every read takes a viewer; there is no read without one."""

from __future__ import annotations

from dataclasses import dataclass, field

PUBLIC = "public"
ORGANISATION = "organisation"
TEAM_PREFIX = "team:"


@dataclass(frozen=True)
class Viewer:
    """`audiences`: those whose documents this viewer may see; `None` means all of them (the command line)."""

    id: int | None = None
    name: str = ""
    audiences: frozenset[str] | None = field(default_factory=lambda: frozenset({PUBLIC}))
    roles: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    def may_see(self, audience: str) -> bool:
        return self.audiences is None or audience in self.audiences


ANONYMOUS = Viewer()
EVERYTHING = Viewer(name="command line", audiences=None)


def member(user_id: int, name: str, teams: frozenset[str], roles: frozenset[str]) -> Viewer:
    """The viewer that a signed-in person is: the public, the organisation and their teams."""
    audiences = {PUBLIC, ORGANISATION, *(TEAM_PREFIX + team for team in teams)}
    return Viewer(user_id, name, frozenset(audiences), roles)
