# SPDX-License-Identifier: Apache-2.0
"""A line of the bench computer's own GPIO, by libgpiod 2 (the package `gpiod`)."""

from __future__ import annotations

import errno
from types import ModuleType
from typing import Any

from phosphene_hil.power.switch import PowerError

_WORDS = {
    errno.ENOENT: ("there is no such chip", "see `gpiodetect` for those that are there"),
    errno.EACCES: ("the chip may not be opened", "install the udev rule: phosphene hil doctor --udev"),
    errno.EPERM: ("the chip may not be opened", "install the udev rule: phosphene hil doctor --udev"),
    errno.EBUSY: ("somebody else has the line", "see `gpioinfo` for who; choose another line"),
    errno.EINVAL: ("the chip has no such line", "see `gpioinfo` for those that it has"),
}


class GpioLine:
    """See Switch. `active_low` makes *on* the low level, as for a reset line or a relay board that sinks.

    The line is taken at the first use. When it is let go of, the kernel may make it an input: a resistor has to
    hold what must not change then.
    """

    def __init__(self, chip: str, line: int | str, *, active_low: bool = False, open_drain: bool = False) -> None:
        """`chip` is a path, `line` a number on it or the name that the kernel gives the line."""
        self._chip = chip
        self._line = line
        self._active_low = active_low
        self._open_drain = open_drain
        self._request: Any = None

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        gpiod = _library()
        value = gpiod.line.Value.ACTIVE if on else gpiod.line.Value.INACTIVE
        try:
            if self._request is None:
                self._request = self._requested(gpiod, value)
            else:
                self._request.set_value(self._line, value)
        except (OSError, ValueError) as error:
            raise self._error(error) from error

    async def state(self) -> bool | None:
        """See Switch: None before this program set the line, since to look would be to take it."""
        if self._request is None:
            return None
        try:
            return self._request.get_value(self._line) == _library().line.Value.ACTIVE
        except OSError as error:
            raise self._error(error) from error

    async def close(self) -> None:
        """See Switch."""
        if self._request is not None:
            self._request.release()
            self._request = None

    def _requested(self, gpiod: ModuleType, value: Any) -> Any:
        """Take the line with its first level, so that it passes through no other."""
        drive = gpiod.line.Drive.OPEN_DRAIN if self._open_drain else gpiod.line.Drive.PUSH_PULL
        settings = gpiod.LineSettings(
            direction=gpiod.line.Direction.OUTPUT, drive=drive, active_low=self._active_low, output_value=value
        )
        return gpiod.request_lines(self._chip, consumer="phosphene bench", config={self._line: settings})

    def _error(self, error: Exception) -> PowerError:
        number = error.errno if isinstance(error, OSError) else errno.EINVAL
        what, cure = _WORDS.get(number or 0, (str(error), "see `gpioinfo`"))
        return PowerError(what, place=f"line {self._line} of {self._chip}", cure=cure)


def _library() -> ModuleType:
    try:
        import gpiod
    except ImportError as error:
        cure = "pip install 'gpiod>=2.1' (Linux only)"
        raise PowerError("the package gpiod is not installed", place="power by gpiod", cure=cure) from error
    if not hasattr(gpiod, "LineSettings"):
        cure = "pip install 'gpiod>=2.1'; the one that is there is for libgpiod 1"
        raise PowerError("the package gpiod is too old", place="power by gpiod", cure=cure)
    return gpiod
