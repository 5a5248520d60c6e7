# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while a board is flashed."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class FlashError(PhospheneError):
    """The board can't be flashed, or did not keep the new version; the board runs what it ran before."""


class BundleError(PhospheneError):
    """A bundle is damaged, not signed as it should be, or for something else."""
