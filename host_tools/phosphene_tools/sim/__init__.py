# SPDX-License-Identifier: Apache-2.0
"""The simulated board; see docs/simulator.md for what is simulated and what is not."""

from phosphene_tools.sim.blocking_client import BlockingSimClient
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.client import SimClient
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.errors import SimError

__all__ = ["BlockingSimClient", "SimBoard", "SimClient", "SimConfig", "SimError"]
