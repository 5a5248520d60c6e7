# SPDX-License-Identifier: Apache-2.0
"""What the tour's tests share: folders of their own, and one whole tour that was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from phosphene_tools.recording import Recording
from phosphene_tools.sim.pins import Edge
from phosphene_tools.tour.acts import ACTS
from tests.broker.desk import run_time_folder
from tests.console.browser import private_folders
from tests.tour.visited import END, Visited, visited

__all__ = ["run_time_folder"]


@dataclass(frozen=True)
class Tour:
    """A whole tour: what was said, its trace, and what the pump did as the world saw it."""

    visited: Visited
    trace: Path
    pump: list[Edge]


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """The whole script, typed and touched without pauses."""
    path = tmp_path_factory.mktemp("tour") / "tour.mcap"
    pump: list[Edge] = []

    async def scenario(device: Visited) -> None:
        await device.until("tour", END)
        async with device.board() as board:
            pump.extend(edge for edge in await board.edges() if edge.pin == PUMP)

    with private_folders():
        found = visited(scenario, ACTS, record=Recording(path))
    # Here, so that another try plays it anew: each step waits for what must stand on the screen, and an act whose step
    # waits in vain is left out.
    assert [said for said in found.tour() if said.startswith("left out")] == []
    return Tour(found, path, pump)


PUMP = 18
