# SPDX-License-Identifier: Apache-2.0
"""What the plug-in keeps in pytest's own stashes, for the run and for the test at hand.

Little is imported here: pytest loads the plug-in in runs that have nothing to do with a board.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from phosphene.errors import ConfigError
from phosphene_hil.loop import LoopThread
from phosphene_hil.safety_table import SafetyTable

if TYPE_CHECKING:
    from phosphene_hil.health import Conduct
    from phosphene_hil.inventory import Bench
    from phosphene_hil.log import SerialLog
    from phosphene_hil.rig import Choice, Rig
    from phosphene_hil.tenure import Tenure

EMULATED = "emulated"
"""The rig that is `sim` with an emulated Cortex-M3 in it (docs/emulated.md)."""
DEFAULT_RIG = "sim"
LOOP = pytest.StashKey[LoopThread]()
"""Of the run: the bench's event loop, once somebody needs it."""
TENURE: pytest.StashKey[Tenure] = pytest.StashKey()
"""Of the run: the hold on its rig, once somebody needs it."""
OPENED: pytest.StashKey[Rig] = pytest.StashKey()
"""Of a worker among several: its rig, which it opened to learn what fits it."""
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


def bench(config: pytest.Config) -> Bench | None:
    """Return the inventory that `--phosphene-bench` names, if one is named. Raises InvalidBoardFile."""
    from phosphene_hil.inventory import Bench

    file: Path | None = config.getoption("phosphene_bench")
    return None if file is None else Bench.load(file)


def rig_names(config: pytest.Config) -> list[str]:
    """Return the rigs that are to be tested: those that are named, else all of the inventory, else the simulated one.

    Raises ConfigError.
    """
    named: str | None = config.getoption("phosphene_rig")
    if named:
        names = [name for name in (part.strip() for part in named.split(",")) if name]
        if len(set(names)) < len(names) or not names:
            raise ConfigError("no rig is named, or one twice", place=f"--phosphene-rig {named}", cure="name each once")
        return names
    found = bench(config)
    return list(found.rigs) if found else [DEFAULT_RIG]


def chosen(config: pytest.Config) -> Choice:
    """Return the rig of this process: a worker's own, else the only one. Raises ConfigError."""
    return choice(config, rig_names(config)[0])


def choice(config: pytest.Config, name: str) -> Choice:
    """Return the rig `name`, from the inventory if it is there. Raises ConfigError."""
    from phosphene_hil.computer import Specs
    from phosphene_hil.rig import Choice
    from phosphene_tools.boards import load_rig

    plain = partial(
        Choice,
        called=name,
        seed=config.getoption("phosphene_seed"),
        instrument_file=config.getoption("phosphene_instrument"),
        specs=Specs(*(str(config.getoption(f"phosphene_{what}")) for what in ("accelerator", "camera", "microphone"))),
    )
    port = str(config.getoption("phosphene_port"))
    arm_key, unlock_key = config.getoption("phosphene_arm_key"), config.getoption("phosphene_unlock_key")
    found = bench(config)
    if found is None:
        wired = load_rig("sim" if name == EMULATED else name)
        called = name if name == EMULATED else wired.name
        return plain(wired, called=called, port=port, arm_key=arm_key, unlock_key=unlock_key, emulated=name == EMULATED)
    entry = found.named(name)
    return plain(
        found.wired(name),
        port=port or entry.port or "",
        repl=entry.repl or "",
        arm_key=arm_key or found.key(name, "arm_key"),
        unlock_key=unlock_key or found.key(name, "unlock_key"),
        lent=found.lent(name),
        power=entry.power or {},
        instrument=_beside(entry.instrument or {}, found.path),
    )


def _beside(instrument: Mapping[str, Any], inventory: Path) -> Mapping[str, Any]:
    """Return the inventory's table on an instrument; a file that it names lies beside the inventory."""
    file = instrument.get("file")
    return {**instrument, "file": str(inventory.parent / file)} if isinstance(file, str) else instrument


def tenure(config: pytest.Config) -> Tenure:
    """Return the hold on this process's rig. Raises ConfigError."""
    from phosphene_hil.tenure import Tenure

    if TENURE not in config.stash:
        config.stash[TENURE] = Tenure(chosen(config))
    return config.stash[TENURE]
