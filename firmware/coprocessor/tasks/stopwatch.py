# SPDX-License-Identifier: Apache-2.0
"""Stopwatches by name, on the board's crystal. They end with a reset; timers do not."""

import device
import wall_clock
from refusal import BUSY, Refusal, refused
from task import field, task

MOST = 8

_watches = {}


class Watch:
    def __init__(self, now: int):
        self.began_ms = self.lap_ms = now
        self.stopped_ms = -1
        self.laps = 0

    def elapsed(self, now: int) -> int:
        return (now if self.stopped_ms < 0 else self.stopped_ms) - self.began_ms


@task(
    "stopwatch.start",
    says=("start the stopwatch",),
    args=(field("name", "text", min=1, max=24),),
    help="Start a stopwatch, or let a stopped one go on from where it stands.",
)
def start(name):
    now = device.clock.ms()
    watch = _watches.get(name)
    if watch is None:
        if len(_watches) >= MOST:
            raise Refusal(BUSY, "%d stopwatches are in use; clear one with stopwatch.clear" % MOST)
        _watches[name] = Watch(now)
    elif watch.stopped_ms < 0:
        raise refused("%s runs already" % name)
    else:
        away = now - watch.stopped_ms
        watch.began_ms += away
        watch.lap_ms += away
        watch.stopped_ms = -1


@task(
    "stopwatch.lap",
    says=("lap",),
    args=(field("name", "text", min=1, max=24),),
    results=(field("lap", "u32"), field("lap_ms", "u64", unit="ms"), field("elapsed_ms", "u64", unit="ms")),
    help="End a lap: its number, its time, and the time since the start.",
)
def lap(name):
    watch, now = _running(name), device.clock.ms()
    took, watch.lap_ms = now - watch.lap_ms, now
    watch.laps += 1
    return watch.laps, took, watch.elapsed(now)


@task(
    "stopwatch.stop",
    says=("stop the stopwatch",),
    args=(field("name", "text", min=1, max=24),),
    results=(field("elapsed_ms", "u64", unit="ms"),),
    help="Stop; it can be read, started again, or cleared.",
)
def stop(name):
    watch, now = _running(name), device.clock.ms()
    watch.stopped_ms = now
    return (watch.elapsed(now),)


@task(
    "stopwatch.read",
    says=("what does the stopwatch say",),
    args=(field("name", "text", min=1, max=24),),
    results=(
        field("elapsed_ms", "u64", unit="ms"),
        field("running", "bool"),
        field("laps", "u32"),
        field("error_ms", "u64", unit="ms"),
    ),
    idempotent=True,
    privilege="read",
    help="The time it shows, and how far that can be off.",
)
def read(name):
    watch = _named(name)
    elapsed = watch.elapsed(device.clock.ms())
    return elapsed, watch.stopped_ms < 0, watch.laps, wall_clock.drift_ms(elapsed)


@task(
    "stopwatch.clear",
    says=("clear the stopwatch",),
    args=(field("name", "text", min=1, max=24),),
    help="Forget a stopwatch, running or not.",
)
def clear(name):
    _named(name)
    del _watches[name]


def _named(name):
    if name not in _watches:
        raise refused("no stopwatch %r; there are: %s" % (name, ", ".join(_watches) or "none"))
    return _watches[name]


def _running(name):
    watch = _named(name)
    if watch.stopped_ms >= 0:
        raise refused("%s stands still; start it again first" % name)
    return watch
