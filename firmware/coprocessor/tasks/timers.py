# SPDX-License-Identifier: Apache-2.0
"""Named timers and alarms that go on without the host."""

import device
from process import Pause
from task import field, task
from timers import LONGEST_WRITE_MS, timers


@task(
    "timer.start",
    says=("set a timer", "start a timer"),
    args=(field("name", "text", min=1, max=24), field("seconds", "u32", min=1, max=604800, unit="s")),
    writes_per_hour=60,
    help="Ring after so many seconds, whether the host is there or not.",
)
def start(name, seconds):
    timers.start(name, seconds * 1000)


@task(
    "alarm.set",
    says=("set an alarm", "wake me"),
    args=(
        field("name", "text", min=1, max=24),
        field("utc_ms", "u64", min=1577836800000, max=7258118399999, unit="ms"),
    ),
    writes_per_hour=60,
    help="Ring at a time of day, which the board must have been told.",
)
def set_alarm(name, utc_ms):
    timers.set_alarm(name, utc_ms)


@task(
    "timer.cancel",
    says=("cancel the timer", "cancel the alarm"),
    args=(field("name", "text", min=1, max=24),),
    writes_per_hour=60,
    help="Forget a timer or an alarm, ringing or not.",
)
def cancel(name):
    timers.cancel(name)


@task(
    "timer.acknowledge",
    says=("stop ringing",),
    args=(field("name", "text", max=24),),
    results=(field("heard", "u8"),),
    writes_per_hour=60,
    help="End the ringing of one, or of all if the name is empty; tells how many rang.",
)
def acknowledge(name):
    return (timers.acknowledge(name),)


@task(
    "timer.list",
    says=("which timers are set",),
    results=(field("names", "text", max=400), field("saved", "bool"), field("trouble", "text", max=80)),
    idempotent=True,
    privilege="read",
    help="Timers and alarms, one a line; saved: a reset now would lose none; trouble: what one lost.",
)
def list_():
    return "\n".join([timer.name for timer in timers.all()]), timers.saved, timers.trouble


@task(
    "timer.read",
    says=("how long is left",),
    args=(field("name", "text", min=1, max=24),),
    results=(
        field("kind", "choice", choices=("timer", "alarm")),
        field("state", "choice", choices=("running", "ringing", "without_clock")),
        field("left_ms", "u64", unit="ms"),
        field("error_known", "bool"),
        field("error_ms", "u64", unit="ms"),
    ),
    idempotent=True,
    privilege="read",
    help="What is left, and how wrong that can be; after a reset it is late by an unknown time until time.set.",
)
def read(name):
    timer = timers.named(name)
    now = device.clock.ms()
    state = "running" if timer.due_ms >= 0 else "without_clock"
    if timer.ringing:
        state = "ringing"
    return "alarm" if timer.alarm else "timer", state, timer.left_ms(now), timer.known, timer.error_ms(now)


@task(
    "timer.save",
    kind="process",
    idempotent=True,
    longest_ms=200,
    on_lease_loss="go_on",
    writes_per_hour=60,
    help="Write timers and alarms to flash; the board starts this by itself after every change.",
)
def save():
    yield Pause(LONGEST_WRITE_MS)
    if not timers.saved:
        timers.write()


@task(
    "time.ring",
    says=("what is ringing",),
    results=(field("names", "text", max=400),),
    event=(
        field("name", "text", max=24),
        field("kind", "choice", choices=("timer", "alarm")),
        field("error_known", "bool"),
        field("error_ms", "u64", unit="ms"),
    ),
    idempotent=True,
    privilege="read",
    help="What rings now, one a line; told as an event when it begins, with how wrong it can be.",
)
def ring():
    return ("\n".join([timer.name for timer in timers.all() if timer.ringing]),)
