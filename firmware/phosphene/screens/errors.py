# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a display."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class ScreenError(PhospheneError):
    """A display is missing, busy, of a kind that can't be written, or failed while it ran."""


class ScreenTooSmall(ScreenError):
    """The painted picture doesn't fit; the display itself is well."""


class ScreenClosed(ScreenError):
    """A person closed the display, and doesn't want it back."""
