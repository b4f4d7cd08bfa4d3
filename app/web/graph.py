"""A graph as a picture of boxes in columns: what leads to something stands left of it.

Columns and places are NetworkX's; the order within a column is by barycentres, which keeps lines from crossing
(Sugiyama, Tagawa and Toda 1981): no library that may be shipped with this code orders them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

# The picture's own units, which are CSS pixels: a box is a target for a thumb.
BOX, TALL, ACROSS, MARGIN = 190, 50, 62, 6
# How far apart the middles of two boxes, of a box and a line that passes, and of two such lines are.
BOXES, BOX_LINE, LINES = 60, 36, 12
LETTERS, ROWS = 20, 3
ARROW = 8
# The order within columns settles in a few rounds.
SWEEPS = 12
# Lines are drawn this thick for one incident, and for the most.
THIN, THICK = 1.0, 3.5


@dataclass(frozen=True)
class Node:
    """`kind` is its shape: `service`, `team`, `cause` or `pattern`; what has a lesser `column` stands left."""

    key: str
    kind: str
    title: str
    count: int
    href: str
    column: int = 0
    chosen: bool = False


@dataclass(frozen=True)
class Edge:
    """`kind` is how it is drawn: `depends` (an arrow), `caused`, `recurs` or `shared`; `count` makes it thicker."""

    source: str
    target: str
    kind: str
    count: int = 1


@dataclass(frozen=True)
class Box:
    """A node in its place; `lines` are its title, cut to what fits."""

    node: Node
    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """An edge in its place: `path` and `arrow` are the `d` of a path; `arrow` is empty where the edge has none."""

    edge: Edge
    path: str
    arrow: str
    thickness: float


@dataclass(frozen=True)
class Picture:
    boxes: Sequence[Box]
    lines: Sequence[Line]
    width: int
    height: int
    box: int = BOX
    tall: int = TALL


Point = tuple[float, float]
Slot = tuple[int, float]
"""A column and a row as the library gives them."""


def picture(nodes: Sequence[Node], edges: Sequence[Edge]) -> Picture:
    """The same nodes and edges give the same picture, in whatever order they come."""
    nodes = sorted(nodes, key=lambda node: node.key)
    edges = sorted(edges, key=lambda edge: (edge.source, edge.target))
    places, bends = _placed(nodes, edges)
    boxes = [
        Box(node, x - BOX / 2, y - TALL / 2, _wrapped(node.title))
        for node, (x, y) in ((node, places[node.key]) for node in nodes)
    ]
    most = max((edge.count for edge in edges), default=1)
    lines = [
        _line(edge, places[edge.source], way, places[edge.target], most) for edge, way in zip(edges, bends, strict=True)
    ]
    # The order in which the keyboard goes through them.
    boxes.sort(key=lambda box: (box.x, box.y))
    width = max((x for x, _ in places.values()), default=0)
    height = max((y for points in (places.values(), *bends) for _, y in points), default=0)
    return Picture(boxes, lines, round(width + BOX / 2 + MARGIN), round(height + TALL / 2 + MARGIN))


def _placed(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[dict[str, Point], list[list[Point]]]:
    """The middle of each box, and of the columns that each edge passes through, in its direction: a longer edge is a
    chain with a stop in each column.
    """
    # Imported where a picture is drawn: a site that has just been started does not wait for it.
    import networkx as nx

    columns, chains = _columns(nodes, edges), []
    number = {node.key: place for place, node in enumerate(nodes)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(nodes)))
    for edge in edges:
        start, end = number[edge.source], number[edge.target]
        step = 1 if columns[start] < columns[end] else -1
        between = range(columns[start] + step, columns[end], step)
        chain = [start, *range(len(columns), len(columns) + len(between)), end]
        columns += between
        graph.add_edges_from(pairwise(chain))
        chains.append(chain[1:-1])
    layers = _ordered(graph, columns)
    # At this scale the library's rows are one apart.
    scale = max(len(layers), *map(len, layers.values()), 1) - 1
    rows = nx.multipartite_layout(graph, subset_key=layers, scale=scale / 2 or 1) if nodes else {}
    slots = [(column, round(float(rows[place][1]), 1)) for place, column in enumerate(columns)]
    heights = _heights(slots[: len(nodes)], slots[len(nodes) :])
    points = [(MARGIN + BOX / 2 + column * (BOX + ACROSS), heights[row]) for column, row in slots]
    return {key: points[place] for key, place in number.items()}, [[points[stop] for stop in chain] for chain in chains]


def _ordered(graph: nx.Graph[int], columns: Sequence[int]) -> dict[int, list[int]]:
    """What stands in each column, from above: each as near as can be to the mean of what it is joined to, column by
    column, there and back until nothing moves.
    """
    layers: dict[int, list[int]] = {}
    for place, column in enumerate(columns):
        layers.setdefault(column, []).append(place)
    layers = dict(sorted(layers.items()))
    for _ in range(SWEEPS):
        before = [list(layer) for layer in layers.values()]
        for ways in (list(pairwise(layers)), list(pairwise(reversed(layers)))):
            for beside, column in ways:
                at = {place: row - len(layers[beside]) / 2 for row, place in enumerate(layers[beside])}
                own = {place: row - len(layers[column]) / 2 for row, place in enumerate(layers[column])}
                middle = {
                    place: (fmean([at[other] for other in graph[place] if other in at] or [row]), row)
                    for place, row in own.items()
                }
                layers[column].sort(key=middle.__getitem__)
        if before == list(layers.values()):
            break
    return layers


def _heights(boxes: Iterable[Slot], bends: Iterable[Slot]) -> dict[float, float]:
    """How far down each row is. A library's rows are all as high as a box; where only lines pass they need not be."""
    rows: dict[float, dict[int, bool]] = {}
    for slots, tall in ((bends, False), (boxes, True)):
        for column, row in slots:
            rows.setdefault(row, {})[column] = tall
    heights: dict[float, float] = {}
    above: dict[int, tuple[float, bool]] = {}
    lowest = MARGIN + TALL / 2
    for row, columns in sorted(rows.items()):
        for column, tall in columns.items():
            if column in above:
                height, tall_above = above[column]
                lowest = max(lowest, height + (BOXES, BOX_LINE, LINES)[2 - tall - tall_above])
        heights[row] = lowest
        above |= {column: (lowest, tall) for column, tall in columns.items()}
    return heights


def _columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[int]:
    """The column of each node: its kind's, and within a kind those that depend on others stand left of them."""
    import networkx as nx

    wanted = [(node.column, 0) for node in nodes]
    for start in {node.column for node in nodes}:
        kin = {node.key: place for place, node in enumerate(nodes) if node.column == start}
        inner: nx.DiGraph[int] = nx.DiGraph()
        inner.add_nodes_from(kin.values())
        inner.add_edges_from(
            (kin[edge.source], kin[edge.target]) for edge in edges if {edge.source, edge.target} <= kin.keys()
        )
        # What depends on one another in a circle stands in one column.
        circles = nx.condensation(inner)
        for layer, together in enumerate(nx.topological_generations(circles)):
            for circle in together:
                for place in circles.nodes[circle]["members"]:
                    wanted[place] = start, layer
    order = {each: place for place, each in enumerate(sorted(set(wanted)))}
    return [order[each] for each in wanted]


def _line(edge: Edge, source: Point, bends: Sequence[Point], target: Point, most: int) -> Line:
    """From the side of one box to the side of the other; it crosses the columns between where no box stands."""
    side = BOX / 2 if source < target else -BOX / 2
    tip = (ARROW if edge.kind == "depends" else 0) * (1 if side > 0 else -1)
    x, y = source[0] + side, source[1]
    path = [f"M{x:g} {y:g}"]
    ahead = [(bend[0] + each, bend[1]) for bend in bends for each in (-side, side)]
    for place, (next_x, next_y) in enumerate([*ahead, (target[0] - side - tip, target[1])]):
        middle = (x + next_x) / 2
        path.append(f"H{next_x:g}" if place % 2 else f"C{middle:g} {y:g} {middle:g} {next_y:g} {next_x:g} {next_y:g}")
        x, y = next_x, next_y
    arrow = f"M{x + tip:g} {y:g}L{x:g} {y - ARROW / 2:g}V{y + ARROW / 2:g}Z" if tip else ""
    return Line(edge, "".join(path), arrow, round(THIN + (THICK - THIN) * (edge.count - 1) / most, 2))


def _wrapped(title: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(title, LETTERS, max_lines=ROWS, placeholder="…")) or ("",)
