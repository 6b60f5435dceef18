"""The schematic: everything within the picture, north up, distances true, and nothing of what is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.road import drawing
from hub.road.invented import HUB

points = st.tuples(st.floats(HUB[0] - 2, HUB[0] + 2), st.floats(HUB[1] - 2, HUB[1] + 2))


@given(st.lists(st.lists(st.none() | points, max_size=5), max_size=8))
def test_everything_is_within_the_picture(routes):
    made = drawing.picture(HUB, routes)
    for spot in (made.hub, *(spot for line in made.lines for spot in line.spots)):
        assert 0 <= spot.x <= drawing.WIDTH
        assert 0 <= spot.y <= drawing.HEIGHT
    assert len(made.lines) == len(routes)
    for line, route in zip(made.lines, routes, strict=True):
        numbers = [spot.label for spot in line.spots]
        assert numbers == [str(nth) for nth, point in enumerate(route, start=1) if point is not None]
        assert 1 <= line.look <= 6
    assert 0 < made.bar <= drawing.WIDTH


def test_north_is_up_and_a_kilometre_is_as_long_in_every_direction():
    north, east = (HUB[0] + 0.1, HUB[1]), (HUB[0], HUB[1] + 0.1 / 0.5019)
    made = drawing.picture(HUB, [[north, east]])
    up, right = made.lines[0].spots
    assert up.y < made.hub.y
    assert right.x > made.hub.x
    assert made.hub.y - up.y == pytest.approx(right.x - made.hub.x, rel=0.01)
    assert made.lines[0].points.split()[0] == made.lines[0].points.split()[-1]
