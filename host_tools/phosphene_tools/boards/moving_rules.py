# SPDX-License-Identifier: Apache-2.0
"""What makes servos, modulated outputs and the dispenser of a rig right: rules are functions that yield problems."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.problems import Keys, Problem, unknown
from phosphene_tools.boards.wiring import Wiring

SERVO_HZ = 50


def check_moving(wiring: Wiring, mcu: Mcu) -> list[Problem]:
    """Return everything that is wrong with what a rig moves."""
    return [*_servos(wiring), *(_slices(wiring) if mcu.is_rp2 else ()), *_dispenser(wiring, mcu), *_flash(wiring)]


def _servos(wiring: Wiring) -> Iterator[Problem]:
    outputs = {output.name: output for output in wiring.outputs}
    driven: set[str] = set()
    for at, servo in enumerate(wiring.servos):
        keys: Keys = ("servo", at)
        output = outputs.get(servo.output)
        if output is None:
            yield unknown((*keys, "output"), "output", servo.output, outputs)
            continue
        if output.lock:
            yield Problem((*keys, "output"), f"{output.name} is a lock", "name the output of the servo's signal wire")
        if output.pwm_hz not in {None, SERVO_HZ}:
            wrong = f"a servo wants {SERVO_HZ} Hz, and {output.name} has pwm_hz = {output.pwm_hz}"
            yield Problem((*keys, "output"), wrong, f"remove pwm_hz of {output.name}")
        if output.name in driven:
            yield Problem((*keys, "output"), f"two servos hang on {output.name}", "give each its own output")
        driven.add(output.name)
        if servo.least_us >= servo.most_us:
            yield Problem((*keys, "least_us"), "least_us is not below most_us", "exchange them, or mount it reversed")


def _slices(wiring: Wiring) -> Iterator[Problem]:
    """Outputs that can't be modulated side by side: RP2040 datasheet, 4.5.2, pins 2n and 2n + 1 are one PWM slice."""
    servos = {servo.output: ("servo", at, "output") for at, servo in enumerate(wiring.servos)}
    seen: list[tuple[int, str, int]] = []
    for at, output in enumerate(wiring.outputs):
        keys: Keys = servos.get(output.name, ("output", at, "pwm_hz"))
        hz = SERVO_HZ if output.name in servos else output.pwm_hz
        if hz is None:
            continue
        slice_ = output.pin >> 1 & 7
        for pin, name, other in seen:
            if pin >> 1 & 7 != slice_ or pin == output.pin:
                continue
            if other != hz:
                wrong = (
                    f"GP{output.pin} and GP{pin} are PWM slice {slice_}, which has one frequency: "
                    f"{output.name} wants {hz} Hz, {name} {other} Hz"
                )
            elif pin % 2 == output.pin % 2:
                wrong = f"GP{output.pin} and GP{pin} are one PWM channel: {output.name} would always do as {name} does"
            else:
                continue
            cure = "move one of them: pins 2n and 2n + 1 share a slice, and so does the pair 16 further on"
            yield Problem(keys, wrong, cure)
            break
        seen.append((output.pin, output.name, hz))


def _dispenser(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    dispenser = wiring.dispenser
    if dispenser is None:
        return
    outputs = {output.name: output for output in wiring.outputs}
    inputs = [entry.name for entry in wiring.inputs]
    pump = outputs.get(dispenser.pump)
    if pump is None:
        yield unknown(("dispenser", "pump"), "output", dispenser.pump, outputs)
    elif pump.lock:
        yield Problem(("dispenser", "pump"), f"{pump.name} is a lock", "name the output of the pump")
    if dispenser.flow not in inputs:
        yield unknown(("dispenser", "flow"), "input", dispenser.flow, inputs)
    if not mcu.is_rp2:
        wrong = f"the journal of a dispenser needs an RP2's flash, which {mcu.title} has not"
        yield Problem(("dispenser",), wrong, "use a Pico or Pico 2")
    elif wiring.flash is None and not mcu.simulated:
        wrong = "a dispenser keeps its journal outside of the file system, and no flash is reserved for it"
        yield Problem(("dispenser",), wrong, "add [flash.journal] with start and size")


def _flash(wiring: Wiring) -> Iterator[Problem]:
    if wiring.flash and not wiring.dispenser:
        yield Problem(("flash", "journal"), "nothing in this rig keeps a journal", "remove it, or add [dispenser]")
