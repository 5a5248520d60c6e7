# SPDX-License-Identifier: Apache-2.0
"""The simulator's own error."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class SimError(PhospheneError):
    """The simulated board can't do what was asked: no interpreter, firmware that does not start, a board that is
    off."""
