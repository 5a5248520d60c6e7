# SPDX-License-Identifier: Apache-2.0
"""A sensor's status and events in words."""

from __future__ import annotations

from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent
from phosphene.sensors.status import SensorStatus

HEADINGS = ("sensor", "format", "rate", "dropped", "level", "state")


def cells(status: SensorStatus) -> tuple[str, ...]:
    """Return a status as texts, one for each of HEADINGS."""
    state = ", ".join(status.troubles) or ("running" if status.blocks else "opening")
    return status.name, form(status.format), _rate(status), str(status.dropped), _level(status), state


def form(of: CameraFormat | MicrophoneFormat | None) -> str:
    """Return a format such as ``640×480 at 30/s`` or ``48000 Hz, 2 channels``; a dash while nothing is open."""
    if of is None:
        return "-"
    if isinstance(of, CameraFormat):
        size = f"{of.width}×{of.height}" if of.width else "any size"
        return f"{size} at {of.rate_hz:g}/s"
    return f"{of.rate_hz} Hz, {of.channels} channel{'s' if of.channels > 1 else ''}"


def event_line(event: SensorEvent, start_s: float) -> str:
    """Return an event with its time since `start_s`."""
    return f"{event.time_s - start_s:7.2f} s  {event.sensor}  {event.trouble}: {event.text}"


def _rate(status: SensorStatus) -> str:
    return f"{status.rate_hz:.1f}/s" if _is_camera(status) else f"{status.rate_hz:.0f}/s"


def _level(status: SensorStatus) -> str:
    if status.level is None:
        return "-"
    return f"{status.level:.0%} bright" if _is_camera(status) else f"{status.level:.0f} dB"


def _is_camera(status: SensorStatus) -> bool:
    # Brightness is 0 and above, loudness 0 dB and below: also for one that is closed now.
    return isinstance(status.format, CameraFormat) or (status.format is None and (status.level or 0.0) > 0)
