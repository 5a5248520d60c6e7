# SPDX-License-Identifier: Apache-2.0
"""The board about itself: tasks 0 to 9, whose numbers PROTOCOL.md fixes, and its label."""

import gc
from struct import pack

import device
import process
from process import Pause
from refusal import refused
from task import field, task

PIECE = 1024  # bytes of dictionary per call
STATISTICS = 2  # the number of board.statistics


@task(
    "board.dictionary",
    args=(field("offset", "u32"),),
    results=(field("data", "bytes", max=1024),),
    idempotent=True,
    privilege="read",
    help="A piece of the capability dictionary, empty past its end.",
)
def dictionary(offset):
    return (device.registry.read(offset, PIECE),)


@task(
    "board.clock",
    results=(field("time_us", "u64", unit="us"),),
    idempotent=True,
    privilege="read",
    help="Microseconds since the board booted.",
)
def clock():
    return (device.clock.us(),)


@task(
    "board.statistics",
    results=(
        field("rx_frames", "u32"),
        field("rx_bytes", "u32"),
        field("crc_errors", "u32"),
        field("cobs_errors", "u32"),
        field("too_long", "u32"),
        field("duplicates", "u32"),
        field("gaps", "u32"),
        field("late", "u32"),
        field("refused", "u32"),
        field("executed", "u32"),
        field("tx_frames", "u32"),
        field("tx_dropped", "u32"),
        field("events", "u32"),
        field("events_dropped", "u32"),
        field("lease_losses", "u32"),
    ),
    idempotent=True,
    privilege="read",
    help="What the firmware counted about its end of the line since boot.",
)
def statistics():
    return device.line.counters.values(device.registry.task(STATISTICS).results)


@task(
    "board.outcome",
    args=(field("session", "u32"), field("request", "u32")),
    results=(
        field("outcome", "choice", choices=("never", "executed", "unknown")),
        field("pid", "u16"),
    ),
    idempotent=True,
    privilege="read",
    help="What became of a call of this or the previous session of this boot.",
)
def outcome(session, request):
    line = device.line
    return line.sessions.outcome(session, request), line.processes.started_by(session, request)


@task(
    "board.processes",
    results=(field("table", "bytes", max=512),),
    idempotent=True,
    privilege="read",
    help="Every running and lately finished process, 13 bytes each.",
)
def processes():
    table = b""
    for p in device.line.processes.all():
        table += pack("<HHIIB", p.pid, p.number, p.session, p.request, p.state)
    return (table,)


@task(
    "board.process",
    args=(field("pid", "u16"),),
    results=(
        field("state", "u8"),
        field("progress", "bytes", max=1024),
        field("results", "bytes", max=1024),
        field("text", "text", max=160),
    ),
    idempotent=True,
    privilege="read",
    help="State, last progress and results of one process.",
)
def process_(pid):
    p = device.line.processes.find(pid)
    return p.state, p.progress, p.results, p.text


@task(
    "board.abort",
    args=(field("pid", "u16"),),
    idempotent=True,
    help="End a process before its time; ending an ended one changes nothing.",
)
def abort(pid):
    p = device.line.processes.find(pid)
    if p.state == process.RUNNING:
        device.line.processes.stop(p, process.ABORTED, "aborted by a call")


@task(
    "board.nonce",
    results=(field("nonce", "bytes", min=16, max=16),),
    privilege="arm",
    help="A fresh nonce for a grant; the one before is void.",
)
def nonce():
    return (device.safety.nonce(),)


@task(
    "board.arm",
    args=(field("grant", "bytes", min=32, max=32),),
    privilege="arm",
    help="Leave the safe state, with a grant over this boot and the last nonce.",
)
def arm(grant):
    device.safety.arm(bytes(grant))


@task(
    "board.disarm",
    args=(field("maintenance", "bool"),),
    idempotent=True,
    help="ENABLE falls. With maintenance, the line then ends and the REPL begins.",
)
def disarm(maintenance):
    device.safety.disarm("maintenance" if maintenance else "disarmed by a call")
    device.maintenance = device.maintenance or maintenance


@task(
    "board.heap",
    args=(field("collect", "bool"),),
    results=(field("used", "u32", unit="B"), field("free", "u32", unit="B")),
    idempotent=True,
    longest_ms=50,
    privilege="read",
    help="The heap as it is, after a collection if that is asked for.",
)
def heap(collect):
    if collect:
        gc.collect()
    return gc.mem_alloc(), gc.mem_free()


@task(
    "board.label",
    kind="process",
    args=(field("label", "text", max=32),),
    results=(field("label", "text", max=32),),
    idempotent=True,
    longest_ms=200,
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=4,
    help="Write a name for this board into its flash, under a quiet line.",
)
def label(text):
    yield Pause(200)
    with open(device.store + "label.txt", "w") as file:
        file.write(text)
    return (text,)


@task(
    "board.read_label",
    results=(field("label", "text", max=32),),
    idempotent=True,
    privilege="read",
    help="The name that was given to this board.",
)
def read_label():
    try:
        with open(device.store + "label.txt") as file:
            return (file.read(),)
    except OSError:
        raise refused("this board has no label; give it one with board.label")
