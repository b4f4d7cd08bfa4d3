"""What of a landscape is drawn: what was asked for and its neighbours, else what has the most incidents; never so much
that it cannot be read. What is left out is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import url_for

from app.errors import NotFound
from app.library.pages.map import Landscape, Place
from app.web.graph import Edge, Node, Picture, picture

# How many boxes of each kind, and how many lines: of dependencies in all, of causes to a service, of a pattern.
UNITS, CAUSES, PATTERNS = 14, 8, 6
DEPENDENCIES, AMONG_TEAMS, STRONGEST, SEEN_IN = 20, 12, 1, 2
ALL = 100
WORDS = {
    ("depends", True): "depends on",
    ("depends", False): "needed by",
    ("caused", True): "contributed to incidents of",
    ("caused", False): "causes",
    ("recurs", True): "seen in",
    ("recurs", False): "patterns",
    ("shared", True): "part of",
    ("shared", False): "causes",
}

Pair = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; "" and None for what it does not. `depth`: how many steps away from it."""

    service: str = ""
    cause: str = ""
    pattern: str = ""
    team: str = ""
    tier: int | None = None
    teams: bool = False
    depth: int = 1


@dataclass(frozen=True)
class Neighbours:
    """A node in the list, with its page and what it is joined to in the picture, in words."""

    node: Node
    page: str | None
    groups: Sequence[tuple[str, Sequence[tuple[Node, int]]]]


@dataclass(frozen=True)
class Map:
    """`counts` are, by kind, how many boxes are drawn and how many there are; `lines_left_out`, between drawn boxes."""

    picture: Picture
    neighbours: Sequence[Neighbours]
    counts: Sequence[tuple[str, int, int]]
    lines_left_out: int


def link(**asked: str | int | None) -> str:
    """The map's address with these choices; what an address carries must not reach `url_for`."""
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    return url_for("map.show") + (f"?{urlencode(given)}" if given else "")


def drawing(land: Landscape, asked: Asked) -> Map:
    """Raises NotFound where what is asked for is not there."""
    units = _units(land, asked)
    causes = [asked.cause] if asked.cause else _causes(land, [asked.service] if asked.service else units, asked)
    patterns = [asked.pattern] if asked.pattern else _patterns(land, asked, units)
    unit = "team" if land.teams else "service"
    # Patterns stand beside the causes, or between them and services where the lines to them are drawn.
    between = bool(asked.cause or asked.pattern)
    nodes = {
        node.key: node
        for column, kind, names, places in (
            (0, "cause", causes, land.causes),
            (int(between), "pattern", patterns, land.patterns),
            (2, unit, units, land.units),
        )
        for node in (_node(column, kind, name, places[name], asked) for name in names)
    }
    edges, left_out = _edges(land, asked, set(units), set(causes), set(patterns))
    counts = [
        (f"{unit}s", len(units), len(land.units)),
        ("causes", len(causes), len(land.causes)),
        ("patterns", len(patterns), len(land.patterns)),
    ]
    return Map(picture(list(nodes.values()), edges), _neighbours(nodes, edges), counts, left_out)


def _units(land: Landscape, asked: Asked) -> list[str]:
    """The services (or teams) to draw, the most important first."""
    near = _near(land, asked)
    known = [
        name
        for name, place in land.units.items()
        if (near is None or name in near)
        and (not asked.team or place.team == asked.team)
        and (asked.tier is None or place.tier == asked.tier)
    ]
    joined: dict[str, int] = {}
    for pair in land.depends:
        for name in pair:
            joined[name] = joined.get(name, 0) + 1

    def rank(name: str) -> tuple[int, int, int, int, str]:
        distance, named = (near or {}).get(name, 0), land.caused.get((asked.cause, name), 0)
        return distance, -named, -land.units[name].incidents, -joined.get(name, 0), name

    return sorted(known, key=rank)[:UNITS]


def _near(land: Landscape, asked: Asked) -> dict[str, int] | None:
    """The services within reach of what was asked for, with their distance; None where nothing was."""
    if asked.service:
        _there(land.units, asked.service, "service")
        reached, steps = {asked.service: 0}, asked.depth
    elif asked.cause:
        _there(land.causes, asked.cause, "cause")
        reached, steps = {unit: 1 for cause, unit in land.caused if cause == asked.cause}, asked.depth - 1
    elif asked.pattern:
        _there(land.patterns, asked.pattern, "pattern")
        reached, steps = {unit: 1 for pattern, unit in land.recurs if pattern == asked.pattern}, asked.depth - 1
    else:
        return None
    for step in range(steps):
        edge = set(reached)
        for upper, lower in land.depends:
            for one, other in ((upper, lower), (lower, upper)):
                if one in edge:
                    reached.setdefault(other, step + 2)
    return reached


def _there(places: Mapping[str, Place], name: str, kind: str) -> None:
    if name not in places:
        raise NotFound(f"There is no {kind} of that name on the map. Begin with the whole map.")


def _causes(land: Landscape, units: Iterable[str], asked: Asked) -> list[str]:
    """The strongest causes of these, and of what was asked for more than one."""
    weight: dict[str, int] = {}
    for unit in units:
        of_unit = [(cause, count) for (cause, each), count in land.caused.items() if each == unit]
        for cause, count in _most(of_unit)[: CAUSES if asked.service else STRONGEST]:
            weight[cause] = weight.get(cause, 0) + count
    return [cause for cause, _ in _most(weight.items())[:CAUSES]]


def _patterns(land: Landscape, asked: Asked, units: Collection[str]) -> list[str]:
    found = {pattern for pattern, unit in land.recurs if (unit == asked.service if asked.service else unit in units)}
    if asked.cause:
        found &= {pattern for cause, pattern in land.shared if cause == asked.cause}
    return [name for name, _ in _most([(name, land.patterns[name].incidents) for name in found])[:PATTERNS]]


def _most(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counted, key=lambda each: (-each[1], each[0]))


def _node(column: int, kind: str, name: str, place: Place, asked: Asked) -> Node:
    """A box leads to its own neighbourhood, the chosen one to its page."""
    chosen = name == getattr(asked, kind)
    href = (page_of(kind, name) if chosen else None) or link(**{kind: name})
    return Node(f"{kind}:{name}", kind, place.title, place.incidents, href, column, chosen)


def page_of(kind: str, name: str) -> str | None:
    """The page of its own that a node has."""
    if kind == "team":
        return None
    return f"/patterns/{quote(name)}" if kind == "pattern" else url_for(f"{kind}s.show", name=name)


def _edges(
    land: Landscape, asked: Asked, units: set[str], causes: set[str], patterns: set[str]
) -> tuple[list[Edge], int]:
    """The lines to draw, and how many weaker ones are not."""
    unit = "team" if land.teams else "service"
    alone = bool(asked.service or asked.cause or asked.pattern)
    depends = {pair: count for pair, count in land.depends.items() if units.issuperset(pair)}
    caused = {pair: count for pair, count in land.caused.items() if pair[0] in causes and pair[1] in units}
    recurs = {pair: count for pair, count in land.recurs.items() if pair[0] in patterns and pair[1] in units}
    shared = {pair: count for pair, count in land.shared.items() if pair[0] in causes and pair[1] in patterns}
    if asked.service:
        caused = {pair: count for pair, count in caused.items() if pair[1] == asked.service}

    def important(pair: Pair) -> tuple[bool, int, int, Pair]:
        return (
            asked.service not in pair,
            -depends[pair],
            -land.units[pair[0]].incidents - land.units[pair[1]].incidents,
            pair,
        )

    drawn = {
        "depends": sorted(depends, key=important)[: AMONG_TEAMS if land.teams else DEPENDENCIES],
        "caused": _strongest(caused, 1, ALL if alone else STRONGEST),
        "recurs": _strongest(recurs, 0, ALL if alone else SEEN_IN),
        "shared": list(shared) if asked.cause or asked.pattern else [],
    }
    ends = {"depends": (unit, unit), "caused": ("cause", unit), "recurs": ("pattern", unit)} | {
        "shared": ("cause", "pattern")
    }
    counts = {"depends": depends if land.teams else {}, "caused": caused, "recurs": recurs, "shared": shared}
    edges = [
        Edge(f"{ends[kind][0]}:{pair[0]}", f"{ends[kind][1]}:{pair[1]}", kind, counts[kind].get(pair, 1))
        for kind, pairs in drawn.items()
        for pair in pairs
    ]
    return edges, len(depends) + len(caused) + len(recurs) + (len(shared) if drawn["shared"] else 0) - len(edges)


def _strongest(counted: Mapping[Pair, int], end: int, limit: int) -> list[Pair]:
    """For each name at this end of the pairs those with the most incidents."""
    kept: dict[str, list[Pair]] = {}
    for pair in sorted(counted, key=lambda pair: (-counted[pair], pair)):
        kept.setdefault(pair[end], []).append(pair)
    return [pair for pairs in kept.values() for pair in pairs[:limit]]


def _neighbours(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> list[Neighbours]:
    groups: dict[str, dict[str, list[tuple[Node, int]]]] = {key: {} for key in nodes}
    for edge in sorted(edges, key=lambda each: (each.kind, -each.count, each.source, each.target)):
        for key, other, outward in ((edge.source, edge.target, True), (edge.target, edge.source, False)):
            groups[key].setdefault(WORDS[edge.kind, outward], []).append((nodes[other], edge.count))
    ordered = sorted(nodes.values(), key=lambda node: (not node.chosen, -node.column, -node.count, node.title))
    return [
        Neighbours(node, page_of(node.kind, node.key.partition(":")[2]), tuple(groups[node.key].items()))
        for node in ordered
    ]
