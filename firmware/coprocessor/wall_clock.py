# SPDX-License-Identifier: Apache-2.0
"""The time of day, if somebody told it, and how far it can be wrong by now.

Times are milliseconds of UTC since 1970 began, without leap seconds, as POSIX
counts them. The board's crystal is taken to be off by at most DRIFT_PPM.
"""

import device
from gregorian import from_days, shown, to_days
from micropython import const
from refusal import refused

DRIFT_PPM = const(50)

DAY_MS = const(86400000)
_EPOCH = to_days(1970, 1, 1)

NOBODY, HOST, RTC = "none", "set_by_host", "rtc"  # whose word it is

_told = []  # UTC, its uncertainty, the board's clock when they were told, and by whom; empty: never in this boot


def is_set() -> bool:
    return len(_told) > 0


def tell(utc_ms: int, error_ms: int, trust: str = HOST) -> None:
    """From now on it is this time, give or take `error_ms`."""
    _told[:] = (utc_ms, error_ms, device.clock.ms(), trust)


def trust() -> str:
    """Whose word the time of day is."""
    return _told[3] if _told else NOBODY


def utc_ms() -> int:
    """The time of day. Raises Refusal when nobody told it."""
    if not _told:
        raise refused("this board does not know the time of day since it started; set it with time.set")
    return _told[0] + device.clock.ms() - _told[2]


def error_ms() -> int:
    """How far `utc_ms` can be off by now."""
    return _told[1] + drift_ms(age_ms())


def age_ms() -> int:
    """The time since it was told."""
    return device.clock.ms() - _told[2]


def drift_ms(elapsed_ms: int) -> int:
    """How far so long a time can be off, by this board's crystal; rounded up, and its millisecond."""
    return -(-elapsed_ms * DRIFT_PPM // 1000000) + 1


def written(utc: int) -> str:
    """The time as 2026-11-22T18:30:05Z (RFC 3339)."""
    days, ms = divmod(utc, DAY_MS)
    seconds = ms // 1000
    clock = "T%02d:%02d:%02dZ" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return shown(*from_days(_EPOCH + days)) + clock
