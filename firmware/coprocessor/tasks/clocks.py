# SPDX-License-Identifier: Apache-2.0
"""The time of day, and whose word it is."""

import sys

import device
import wall_clock
from task import field, task


@task(
    "time.now",
    says=("what time is it",),
    results=(
        field("utc_ms", "u64", unit="ms"),
        field("utc", "text", max=20),
        field("trust", "choice", choices=("none", "set_by_host", "rtc")),
        field("uncertainty_ms", "u32", unit="ms"),
        field("age_ms", "u64", unit="ms"),
    ),
    idempotent=True,
    privilege="read",
    help="UTC, who told it, how long ago, and how far it can be off; all empty while the trust is none.",
)
def now():
    if not wall_clock.is_set():
        return 0, "", wall_clock.NOBODY, 0, 0
    utc = wall_clock.utc_ms()
    return utc, wall_clock.written(utc), wall_clock.trust(), wall_clock.error_ms(), wall_clock.age_ms()


@task(
    "time.set",
    args=(
        # 2020 to the end of 2199: a host whose own clock was never set is found out.
        field("utc_ms", "u64", min=1577836800000, max=7258118399999, unit="ms"),
        field("uncertainty_ms", "u32", max=86400000, unit="ms"),
    ),
    idempotent=True,
    privilege="maintain",
    help="Tell the board the time of day and how far that may be off; alarms go by it at once.",
)
def set_(utc_ms, uncertainty_ms):
    wall_clock.tell(utc_ms, uncertainty_ms)
    if "rtc" in device.config:
        _battery_clock().set()
    if "timers" in sys.modules:  # else none is set
        sys.modules["timers"].timers.clock_set()


@task(
    "time.battery",
    results=(
        field("state", "choice", choices=("absent", "setting", "running", "not_believed")),
        field("utc", "text", max=20),
        field("uncertainty_ms", "u64", unit="ms"),
        field("trouble", "text", max=120),
    ),
    idempotent=True,
    privilege="read",
    help="What the clock with the battery tells now, how far that can be off, or why it is not believed.",
)
def battery():
    if "rtc" not in device.config:
        return "absent", "", 0, "this board declares no rtc"
    clock = _battery_clock()
    found = clock.look()
    if clock.setting:
        return "setting", "", 0, ""
    if not found:
        return "not_believed", "", 0, clock.trouble
    utc, error_ms = found
    return "running", wall_clock.written(utc * 1000), error_ms + 1000, ""


def _battery_clock():
    return __import__("battery_clock").clock
