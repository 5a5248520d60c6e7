# SPDX-License-Identifier: Apache-2.0
"""Distance and light reach the screen when they count, and then once."""

from __future__ import annotations

from collections.abc import Iterable

from phosphene.perception.percepts import Face, Seen
from phosphene.senses.surroundings import Surroundings

STEP_S = 1 / 15


def seen(time_s: float, distance_cm: float | None = None, light: float = 0.5) -> Seen:
    faces = ()
    if distance_cm is not None:
        faces = (Face(1, (0.4, 0.4, 0.1, 0.1), 0.9, ((0.42, 0.44), (0.48, 0.44)), distance_cm, 0.9),)
    return Seen(time_s, faces, (), light, 0.0)


def told(distances: Iterable[float | None], light: float = 0.5) -> list[tuple[int, dict[str, float]]]:
    """Return what was told, and at which picture."""
    surroundings = Surroundings(60.0, 0.5)
    found = [(at, surroundings.take(seen(at * STEP_S, one, light))) for at, one in enumerate(distances)]
    return [(at, what) for at, what in found if what]


def test_a_person_who_steps_back_is_told_once_after_a_second() -> None:
    found = told([60.0] * 15 + [150.0] * 60)
    assert len(found) == 1
    assert 130 <= found[0][1]["distance_cm"] <= 150
    assert 15 + 15 <= found[0][0] < 15 + 15 + 15


def test_a_person_who_sways_is_not_told() -> None:
    assert told([60 + 11 * (-1) ** (at // 5) for at in range(300)]) == []


def test_a_head_that_comes_near_for_a_moment_is_not_told() -> None:
    assert told([60.0] * 15 + [30.0] * 10 + [60.0] * 60) == []


def test_nobody_is_at_no_distance() -> None:
    assert told([None] * 100) == []


def test_somebody_else_begins_anew() -> None:
    # Half a second of one, a long pause, half a second of another: neither was there for a second.
    assert told([200.0] * 8 + [None] * 30 + [200.0] * 8 + [None] * 30) == []


def test_what_is_told_keeps_to_the_controls_limits() -> None:
    assert told([3.0] * 60)[0][1] == {"distance_cm": 20.0}
    assert told([5000.0] * 60)[0][1] == {"distance_cm": 600.0}


def test_light_is_told_in_steps_and_a_flicker_in_the_dark_is_not() -> None:
    assert [what for _, what in told([None] * 60, light=0.93)] == [{"light": 0.95}]
    surroundings = Surroundings(60.0, 0.05)
    for at in range(300):
        assert surroundings.take(seen(at * STEP_S, light=0.02 + 0.06 * (at % 2))) == {}
