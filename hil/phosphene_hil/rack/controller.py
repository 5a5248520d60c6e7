# SPDX-License-Identifier: Apache-2.0
"""The process that hands out the tests: tells each worker its rig, and the user what became of each."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phosphene_hil.outcomes import blocked
from phosphene_hil.rack import EXCHANGE, RIG
from phosphene_hil.rack.scheduling import RigScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController


class Controller:
    """The part of the plug-in that is there when several rigs are tested."""

    def __init__(self, config: pytest.Config, rigs: Sequence[str]) -> None:
        self._rigs = rigs
        self._exchange = Path(tempfile.mkdtemp(prefix="phosphene-rack-"))
        self._scheduling = RigScheduling(config, self._exchange, len(rigs))
        self._ran: Counter[str] = Counter()

    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker its rig."""
        node.workerinput[RIG] = node.gateway.spec.rig
        node.workerinput[EXCHANGE] = str(self._exchange)

    def pytest_xdist_make_scheduler(self) -> RigScheduling:
        """Have the tests handed out by what the rigs have."""
        return self._scheduling

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count, and notice a rig that went away."""
        node: WorkerController | None = getattr(report, "node", None)
        if node is None:
            return
        if report.when == "call":
            self._ran[str(node.gateway.spec.rig)] += 1
        if why := blocked(report):
            self._scheduling.lose(node, why)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say of each rig how many tests ran at it, and why if it could not be had."""
        terminalreporter.section("rigs")
        width = max(map(len, self._rigs))
        for name in self._rigs:
            offer = self._scheduling.offers.get(name)
            state = f"{offer.state}: {offer.why}" if offer and offer.why else offer.state if offer else "no answer"
            terminalreporter.write_line(f"{name:<{width}}  {self._ran[name]:>4} tests  {state}")

    def pytest_unconfigure(self) -> None:
        """Remove what the workers left."""
        shutil.rmtree(self._exchange, ignore_errors=True)
