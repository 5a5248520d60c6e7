# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a camera or a microphone."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class SensorError(PhospheneError):
    """A camera, a microphone or a file in its place is missing, busy, damaged, or failed while it ran."""


class TornPicture(SensorError):
    """One picture came damaged; the sensor itself goes on."""
