# SPDX-License-Identifier: Apache-2.0
"""Tasks that break the firmware, for the tests of what comes of it; never part of a board."""

import device
from refusal import Refusal
from task import field, task

hoard = []


@task("sabotage.exception", help="Make the dispatcher itself fail.")
def exception():
    device.drains.append(_fail)


def _fail():
    raise ValueError("sabotaged")


@task("sabotage.exit", help="End the program from within a task.")
def exit_():
    raise SystemExit


@task("sabotage.memory", help="Take all memory and keep it.")
def memory():
    size = 65536
    while size > 8:
        try:
            hoard.append(bytearray(size))
        except MemoryError:
            size //= 2
    device.drains.append(_allocate)


def _allocate():
    hoard.append(bytearray(64))


@task("sabotage.loop", help="Never come back; the timer goes on.")
def loop():
    while True:
        pass


@task("sabotage.spin", kind="process", help="Never come back from the second step.")
def spin():
    yield 1
    while True:
        pass


@task("sabotage.timer", help="Stop the safety timer; the dispatcher goes on.")
def timer():
    device.safety._timer.deinit()


@task(
    "sabotage.results",
    kind="process",
    results=(field("level", "choice", choices=("low", "high")),),
)
def results():
    yield 1
    return ("middle",)


@task(
    "sabotage.race",
    args=(field("output", "text"), field("other", "text"), field("jumps", "u16")),
    results=(field("done", "bool"),),
)
def race(output, other, jumps):
    """Switch on while, so many jumps of the interpreter later, an interrupt makes `other` safe."""
    import micropython

    left = [jumps]

    def interrupt(_):
        if left[0]:
            left[0] -= 1
            micropython.schedule(interrupt, None)
        else:
            left[0] = -1
            device.outputs.named(other).make_safe("an interrupt")

    device.outputs.named(other).turn_on()
    micropython.schedule(interrupt, None)
    try:
        device.outputs.named(output).turn_on()
    except Refusal:  # the interrupt came in the middle
        left.append(0)
    done = left[0] < 0
    while left[0] >= 0:
        pass
    return (done,)
