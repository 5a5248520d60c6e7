# SPDX-License-Identifier: Apache-2.0
"""What the console's tests share: private folders, and a console that runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.broker.desk import run_time_folder
from tests.console.running import Console, console_elsewhere

__all__ = ["console", "run_time_folder"]


@pytest.fixture
def console() -> Iterator[Console]:
    """A console on a free port, painted by blocks, without a board."""
    with console_elsewhere() as running:
        yield running
