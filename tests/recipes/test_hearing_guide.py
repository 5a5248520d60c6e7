# SPDX-License-Identifier: Apache-2.0
"""The guide of the partner's training: the likeliest columns of the words said, held against all ways there are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from recipes.hearing.guide import IDLE, align


def read(way: tuple[int, ...]) -> list[int]:
    """What a way says: repeats are one word, and idle columns none."""
    return [one for place, one in enumerate(way) if one != IDLE and (place == 0 or way[place - 1] != one)]


@pytest.mark.parametrize("said", [[], [0], [1, 0], [1, 1], [0, 1, 0]])
@pytest.mark.parametrize("seed", range(5))
def test_the_way_is_the_likeliest_of_all_that_say_the_words(said: list[int], seed: int) -> None:
    rng = np.random.default_rng((seed, len(said)))
    logs = np.log(rng.dirichlet(np.ones(3), 6))
    idle, words = logs[:, 0], logs[:, 1:]
    found = align(words, idle, np.array(said, np.int64))
    ways = [way for way in product((IDLE, 0, 1), repeat=6) if read(way) == said]
    scores = [sum(idle[at] if one == IDLE else words[at, one] for at, one in enumerate(way)) for way in ways]
    assert tuple(found) == ways[int(np.argmax(scores))]
