# SPDX-License-Identifier: Apache-2.0
"""Hobby servos: `board.json` declares `"servos": [{"name", "output", "least_us", "most_us", "degrees"}]`."""

import device
from decimals import rounded, scaled
from modulation import Modulated
from refusal import OUT_OF_RANGE, Refusal, refused
from task import field, task

# The pulse says the angle; 50 of them a second is what analogue servos are made for.
FREQUENCY = 50
STEP_MS = 20  # a pulse each


@task(
    "servo.turn",
    says=("point", "turn the servo"),
    kind="process",
    args=(
        field("servo", "text", max=32),
        field("degrees", "decimal", max=8, unit="°"),
        field("hold_ms", "u32", unit="ms"),
    ),
    progress=(field("pulse_us", "u16", unit="us"),),
    results=(field("pulse_us", "u16", unit="us"),),
    help="Turn a servo and hold it for so long or (0) until it is aborted; then it goes limp.",
)
def turn(servo, degrees, hold_ms):
    declared = _declared(servo)
    pulse = _pulse_us(declared, degrees)
    modulated = Modulated(declared["output"])
    try:
        modulated.begin(FREQUENCY, duty_ns=pulse * 1000)
        yield (pulse,)
        yield from modulated.hold(hold_ms)
    finally:
        modulated.end()
    return (pulse,)


@task(
    "servo.sweep",
    says=("turn slowly",),
    kind="process",
    args=(
        field("servo", "text", max=32),
        field("start", "decimal", max=8, unit="°"),
        field("end", "decimal", max=8, unit="°"),
        field("ms", "u32", min=20, max=600000, unit="ms"),
    ),
    results=(field("pulse_us", "u16", unit="us"),),
    help="Turn a servo from one angle to another in so long; then it goes limp.",
)
def sweep(servo, start, end, ms):
    declared = _declared(servo)
    first, last = _pulse_us(declared, start), _pulse_us(declared, end)
    modulated = Modulated(declared["output"])
    try:
        modulated.begin(FREQUENCY, duty_ns=first * 1000)
        began = device.clock.ms()
        while True:
            yield from modulated.hold(STEP_MS)
            gone = min(ms, device.clock.ms() - began)
            pulse = first + rounded((last - first) * gone, ms)[0]
            modulated.duty(duty_ns=pulse * 1000)
            if gone == ms:
                break
        yield from modulated.hold(STEP_MS)  # the last pulse goes out whole
    finally:
        modulated.end()
    return (last,)


def _declared(name):
    servos = device.config.get("servos", ())
    for declared in servos:
        if declared["name"] == name:
            return declared
    raise refused("no servo %r; there are: %s" % (name, " ".join([s["name"] for s in servos])))


def _pulse_us(declared, text):
    """The pulse for an angle between 0 and what the servo turns. Raises Refusal."""
    value, places = scaled(text)
    full = declared["degrees"] * 10**places
    if not 0 <= value <= full:
        raise Refusal(OUT_OF_RANGE, "%s turns from 0 to %d degrees" % (declared["name"], declared["degrees"]))
    return declared["least_us"] + rounded(value * (declared["most_us"] - declared["least_us"]), full)[0]
