"""The map: services, causes and patterns as a graph that can be read, with the same as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, render_template, request

from app.http.parts import reading, viewer
from app.library import pages
from app.library.pages.map import NOBODY, Landscape, Place
from app.web.filters import Choice, Filter
from app.web.landscape import Asked, drawing, link

DEPTHS = (1, 2)
# So many patterns, those with the most incidents, can be chosen from the menu; the others from their own pages.
IN_MENU = 50
TIERS = range(1, 10)

bp = Blueprint("map", __name__)


@bp.get("/map")
def show() -> str:
    asked = _asked()
    land = pages.landscape(reading(), viewer(), teams=asked.teams)
    services = pages.services_on_map(reading(), viewer()) if asked.teams else land.units
    menus = _menus(land, services, asked)
    return render_template(
        "map/show.html", map=drawing(land, asked), asked=asked, depths=DEPTHS, link=link, menus=menus
    )


def _asked() -> Asked:
    given = request.args
    tier, depth = given.get("tier", ""), given.get("depth", "")
    alone = given.get("service") or given.get("cause") or given.get("pattern")
    return Asked(
        service=given.get("service", ""),
        cause=given.get("cause", ""),
        pattern=given.get("pattern", ""),
        team=given.get("team", ""),
        tier=int(tier) if tier in map(str, TIERS) else None,
        teams=given.get("by") == "team" and not alone,
        depth=int(depth) if depth in map(str, DEPTHS) else 1,
    )


def _menus(land: Landscape, services: Mapping[str, Place], asked: Asked) -> list[Filter]:
    """One choice at a time: each begins from the whole map."""

    def menu(label: str, name: str, values: Iterable[tuple[str, str, int | None]], chosen: str) -> Filter:
        choices = [
            Choice(word, link() if value == chosen else link(**{name: value}), value == chosen, count)
            for value, word, count in values
        ]
        return Filter(label, choices)

    def places(named: Iterable[tuple[str, Place]]) -> list[tuple[str, str, int | None]]:
        ordered = sorted(named, key=lambda each: (each[1].title.casefold(), each[0]))
        return [(name, place.title, place.incidents) for name, place in ordered]

    commonest = sorted(land.patterns.items(), key=lambda each: (each[0] != asked.pattern, -each[1].incidents, each[0]))
    teams = sorted({place.team for place in services.values()})
    tiers = sorted({place.tier for place in services.values() if place.tier})
    return [
        menu("Service", "service", places(services.items()), asked.service),
        menu("Cause", "cause", places(land.causes.items()), asked.cause),
        menu("Pattern", "pattern", places(commonest[:IN_MENU]), asked.pattern),
        menu("Tier", "tier", [(str(tier), f"tier {tier}", None) for tier in tiers], str(asked.tier or "")),
        menu("Team", "team", [(team, team if team != NOBODY else "nobody stated", None) for team in teams], asked.team),
        menu("Group", "by", [("team", "by team", None)], "team" if asked.teams else ""),
    ]
