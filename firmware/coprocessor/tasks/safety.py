# SPDX-License-Identifier: Apache-2.0
"""What the safe state is, and why: for whoever has to tell a person."""

from struct import pack

import crash
import device
from process import RUNNING
from refusal import refused
from task import field, task


@task(
    "safety.state",
    says=("is it safe", "why is it off"),
    results=(
        field("armed", "bool"),
        field("live", "bool"),
        field("left_ms", "u32", unit="ms"),
        field("latched", "text", max=160),
        field("outputs", "text", max=1024),
        field("fault", "u16"),
        field("crash", "text", max=160),
    ),
    idempotent=True,
    privilege="read",
    help="Armed, lease, why the board and each output went safe, and the last crash.",
)
def state():
    safety = device.safety
    why = ["%s: %s" % (o.name, o.latched) for o in safety.outputs if o.latched]
    return (
        safety.armed,
        safety.live,
        safety.left_ms(),
        safety.latched,
        "; ".join(why)[:1024],
        device.last_fault,
        _summary(crash.read(device.store)),
    )


def _summary(record):
    """The sentence of a crash record, and the last line of its traceback."""
    lines = [line for line in record.split("\n")[1:] if line]
    if len(lines) > 1:
        return "%s: %s" % (lines[0], lines[-1])[:160]
    return lines[0][:160] if lines else ""


@task(
    "safety.output",
    says=("what about",),
    args=(field("output", "text", max=32),),
    results=(
        field("on", "bool"),
        field("left_ms", "u32", unit="ms"),
        field("wait_ms", "u32", unit="ms"),
        field("latched", "text", max=160),
    ),
    idempotent=True,
    privilege="read",
    help="Whether an output is on, until when at most, when it may go on, why it went off.",
)
def output(name):
    declared = device.outputs.named(name)
    now = device.safety.ms()
    limits = declared.limits
    if declared.on:
        return True, limits.on_left(now), 0, ""
    return False, 0, limits.wait(now), declared.latched


@task(
    "safety.absence",
    results=(
        field("leases", "u32"),
        field("losses", "u32"),
        field("ms", "u32", unit="ms"),
        field("why", "text", max=64),
        field("ended", "bytes", max=16),
        field("outputs", "text", max=1024),
        field("on", "text", max=512),
    ),
    idempotent=True,
    privilege="read",
    help="The last time without a lease: how long, why, which processes ended in it, what went off, what is on.",
)
def absence():
    safety = device.safety
    gone = safety.absence
    # Processes go by the line's clock, which began a little before that of the safe state.
    ahead = device.clock.ms() - safety.ms()
    ended = b""
    for process in device.line.processes.all():
        if process.state != RUNNING and gone.covers(process.ended_ms - ahead):
            ended += pack("<H", process.pid)
    off = ["%s: %s" % (o.name, o.latched) for o in safety.outputs if o.latched and gone.covers(o.latched_ms)]
    on = [o.name for o in safety.outputs if o.on]
    return (
        gone.leases,
        gone.losses,
        gone.lasted(safety.ms()),
        gone.why,
        ended,
        "; ".join(off)[:1024],
        " ".join(on)[:512],
    )


@task(
    "safety.crash",
    results=(field("record", "text", max=1200),),
    idempotent=True,
    privilege="read",
    help="The newest crash record that a hello has told: kind, sentence, traceback.",
)
def crash_record():
    record = crash.read(device.store)
    if not record:
        raise refused("this board keeps no crash record: it never crashed, or its files were erased")
    return (record,)
