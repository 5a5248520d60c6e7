# SPDX-License-Identifier: Apache-2.0
"""An item between two tests that does nothing.

A worker of pytest-xdist begins a test when it knows the one after it, for what they share need not be made twice. So
it always has one in hand that it has not begun; on a rig that dies that test would be lost to the others. After each
test our workers therefore have a pause in hand, which pretends to be a neighbour of the test before it: what that
test's module or class made stays until the next test is known.
"""

from __future__ import annotations

from typing import cast

import pytest
from _pytest.nodes import Node
from _pytest.runner import runtestprotocol


class Pause(pytest.Item):
    """See the module."""

    _neighbour: pytest.Item | None = None

    @classmethod
    def of(cls, session: pytest.Session) -> Pause:
        """Make one."""
        return cast("Pause", cls.from_parent(session, name="between two tests"))

    def follow(self, test: pytest.Item) -> None:
        """Be the neighbour of `test`."""
        self._neighbour = test

    def listchain(self) -> list[Node]:
        """Return the neighbour's parents: what pytest tears down depends on them."""
        return [*self._neighbour.listchain()[:-1], self] if self._neighbour else super().listchain()

    def runtest(self) -> None:
        """Do nothing."""

    def pass_by(self, nextitem: pytest.Item | None) -> None:
        """Tear down what `nextitem` does not share. Only what goes wrong in that is told."""
        for report in runtestprotocol(self, log=False, nextitem=nextitem):
            if report.failed:
                self.ihook.pytest_runtest_logreport(report=report)
