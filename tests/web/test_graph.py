"""A picture of a graph: boxes apart from one another, lines past them, and always the same."""

from __future__ import annotations

import random
import re
from itertools import combinations

import pytest

from app.web.graph import BOX, TALL, Edge, Node, Picture, picture


def nodes(count: int, kind: str = "service", column: int = 2) -> list[Node]:
    return [Node(f"{kind}:{n:02}", kind, f"{kind} {n}", n, f"/{kind}/{n}", column) for n in range(count)]


def tangle(seed: int) -> tuple[list[Node], list[Edge]]:
    """Services that depend on one another in circles, and causes."""
    chance = random.Random(seed)
    services, causes = nodes(14), nodes(6, "cause", 0)
    edges = {
        (one.key, other.key): Edge(one.key, other.key, "depends")
        for one, other in (chance.sample(services, 2) for _ in range(20))
    }
    edges |= {
        (cause.key, service.key): Edge(cause.key, service.key, "caused", 3)
        for cause, service in ((chance.choice(causes), service) for service in services)
    }
    return services + causes, list(edges.values())


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.replace("H", "C"))]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def drawn(seed: int) -> Picture:
    return picture(*tangle(seed))


@pytest.mark.parametrize("seed", range(8))
def test_no_box_stands_on_another_or_outside(seed: int) -> None:
    result = drawn(seed)
    for one, other in combinations(result.boxes, 2):
        assert abs(one.x - other.x) >= BOX or abs(one.y - other.y) >= TALL
    for box in result.boxes:
        assert 0 <= box.x <= result.width - BOX
        assert 0 <= box.y <= result.height - TALL


@pytest.mark.parametrize("seed", range(8))
def test_a_line_that_passes_a_column_goes_between_its_boxes(seed: int) -> None:
    result = drawn(seed)
    for line in result.lines:
        y = 0.0
        for command, numbers in re.findall(r"([MCH])([-\d. ]+)", line.path):
            values = [float(number) for number in numbers.split()]
            if command == "H":
                passed = [box for box in result.boxes if box.y < y < box.y + TALL]
                assert not any(box.x < values[0] - 1 < box.x + BOX for box in passed)
            else:
                y = values[-1]


@pytest.mark.parametrize("seed", range(8))
def test_every_line_begins_and_ends_at_its_boxes(seed: int) -> None:
    result = drawn(seed)
    places = {box.node.key: box for box in result.boxes}
    for line in result.lines:
        source, target = places[line.edge.source], places[line.edge.target]
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.path)]
        assert numbers[1] == source.y + TALL / 2
        assert numbers[-1] == target.y + TALL / 2
        assert bool(line.arrow) == (line.edge.kind == "depends")


def test_the_order_in_which_things_come_does_not_matter() -> None:
    one, other = tangle(3), tangle(3)
    other[0].reverse()
    other[1].reverse()
    assert picture(*one) == picture(*other)


def test_what_depends_on_something_stands_left_of_it() -> None:
    chain = nodes(3)
    result = picture(chain, [Edge(chain[n].key, chain[n + 1].key, "depends") for n in range(2)])
    assert [box.node.key for box in result.boxes] == [node.key for node in chain]
    assert [box.x for box in result.boxes] == sorted({box.x for box in result.boxes})


def test_a_circle_of_dependencies_is_drawn() -> None:
    three = nodes(3)
    result = picture(three, [Edge(three[n].key, three[(n + 1) % 3].key, "depends") for n in range(3)])
    assert len(result.lines) == 3


def test_nothing_is_a_picture_too() -> None:
    assert picture([], []).boxes == []


@pytest.mark.parametrize("title", ["", "x" * 200, "many short words " * 20, "\u202e"])
def test_a_title_is_cut_to_what_fits(title: str) -> None:
    (box,) = picture([Node("a", "cause", title, 0, "/")], []).boxes
    assert 1 <= len(box.lines) <= 3
    assert all(len(line) <= 20 for line in box.lines)
