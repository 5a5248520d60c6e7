# SPDX-License-Identifier: Apache-2.0
"""One simulated board for the tests that leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.elsewhere import board_elsewhere
from tests.firmware.stranger import Stranger


@pytest.fixture(scope="module")
def boards_line() -> Iterator[Stranger]:
    """A stranger at a board that runs for the whole module; each test opens its own session."""
    with board_elsewhere(seed=3) as port:
        stranger = Stranger(port)
        yield stranger
        stranger.close()
