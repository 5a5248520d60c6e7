# SPDX-License-Identifier: Apache-2.0
"""Waiting for what another thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], object], patience_s: float = 20.0) -> None:
    """Return when `holds` does; fail when it doesn't for `patience_s`, which is against hanging only."""
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
