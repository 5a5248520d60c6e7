# SPDX-License-Identifier: Apache-2.0
"""What the plug-in keeps in pytest's own stashes, for the run and for the test at hand.

Little is imported here: pytest loads the plug-in in runs that have nothing to do with a board.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from phosphene_hil.loop import LoopThread
from phosphene_hil.safety_table import SafetyTable

if TYPE_CHECKING:
    from phosphene_hil.health import Conduct
    from phosphene_hil.log import SerialLog
    from phosphene_hil.rig import Choice

EMULATED = "emulated"
"""The rig that is `sim` with an emulated Cortex-M3 in it (docs/emulated.md)."""
LOOP = pytest.StashKey[LoopThread]()
"""Of the run: the bench's event loop, once somebody needs it."""
TABLE = pytest.StashKey[SafetyTable]()
"""Of the run: the safety table, once a test has a row for it."""
CONDUCT: pytest.StashKey[Conduct] = pytest.StashKey()
"""Of a test: what its fixtures did."""
LOG: pytest.StashKey[SerialLog] = pytest.StashKey()
"""Of a test that has one: its serial log."""


def event_loop(config: pytest.Config) -> LoopThread:
    """Return the bench's event loop; it starts at the first use and runs until the end."""
    if LOOP not in config.stash:
        config.stash[LOOP] = LoopThread()
    return config.stash[LOOP]


def chosen(config: pytest.Config) -> Choice:
    """Return the rig that the command line names. Raises InvalidBoardFile."""
    from phosphene_hil.rig import Choice
    from phosphene_tools.boards import load_rig

    name = str(config.getoption("phosphene_rig"))
    return Choice(
        load_rig("sim" if name == EMULATED else name),
        port=str(config.getoption("phosphene_port")),
        arm_key=config.getoption("phosphene_arm_key"),
        unlock_key=config.getoption("phosphene_unlock_key"),
        seed=config.getoption("phosphene_seed"),
        emulated=name == EMULATED,
    )
