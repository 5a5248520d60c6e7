# SPDX-License-Identifier: Apache-2.0
"""Several rigs in one run: a worker of pytest-xdist per rig, and each test on one rig that has what it needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from phosphene_hil.run import rig_names

RIG = "phosphene_rig"
EXCHANGE = "phosphene_exchange"
"""What a worker is told: its rig, and the folder in which it leaves what that rig offers."""

_RESTARTS = 4
_OF_ONE_RIG = ("port", "arm_key", "unlock_key", "safety_table")


def names(config: pytest.Config) -> list[str]:
    """Return the rigs of this process: a worker has one, who hands out the tests all. Raises ConfigError."""
    told = getattr(config, "workerinput", {}).get(RIG)
    return [str(told)] if told else rig_names(config)


def begin(config: pytest.Config, rigs: Sequence[str]) -> None:
    """Make this process what it is in a run at several rigs, if it is one. Raises UsageError."""
    told = getattr(config, "workerinput", {})
    if RIG in told:
        from phosphene_hil.rack.worker import Worker

        config.pluginmanager.register(Worker(config, rigs[0], Path(told[EXCHANGE])), "phosphene-rack-worker")
    elif len(rigs) > 1 and not config.getoption("collectonly"):
        from phosphene_hil.rack.controller import Controller

        _check(config)
        # As if by --tx, once a rig: `rig` is our own word there, and stays when a crashed worker is replaced.
        config.option.tx = [f"popen//rig={name}" + ("" if os.sep in name else f"//id={name}") for name in rigs]
        config.option.dist = "load"
        if config.option.maxworkerrestart is None:
            config.option.maxworkerrestart = str(_RESTARTS * len(rigs))  # xdist's own bound goes by -n
        config.pluginmanager.register(Controller(config, rigs), "phosphene-rack")


def _check(config: pytest.Config) -> None:
    if not config.pluginmanager.hasplugin("xdist"):
        raise pytest.UsageError("several rigs need pytest-xdist — pip install 'phosphene[hil]'")
    if config.getoption("numprocesses", None) or config.getoption("tx"):
        raise pytest.UsageError("several rigs have a worker each — leave out -n and --tx")
    if config.getoption("usepdb"):
        raise pytest.UsageError("--pdb stops at one rig — name one with --phosphene-rig")
    for what in _OF_ONE_RIG:
        if config.getoption(f"phosphene_{what}"):
            option = f"--phosphene-{what.replace('_', '-')}"
            raise pytest.UsageError(
                f"{option} is of one rig — name one, or say it in an inventory (docs/bench-rack.md)"
            )
