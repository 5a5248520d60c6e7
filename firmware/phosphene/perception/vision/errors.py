# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with what a camera delivers."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class PerceptionError(PhospheneError):
    """A picture is none that can be looked at: wrong type, wrong shape, or nearly no pixels."""
