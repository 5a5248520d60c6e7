# SPDX-License-Identifier: Apache-2.0
"""Outputs between off and on: dimmed lamps, motors at a speed, buzzers."""

from decimals import rounded, scaled
from modulation import Modulated
from refusal import OUT_OF_RANGE, Refusal, refused
from task import field, task

FULL = 65535

_running = {}  # name of an output: its modulation


@task(
    "pwm.run",
    says=("dim", "run at"),
    kind="process",
    args=(
        field("output", "text", max=32),
        field("frequency", "u32", min=10, max=1000000, unit="Hz"),
        field("percent", "decimal", max=8, unit="%"),
        field("ms", "u32", unit="ms"),
    ),
    progress=(field("frequency", "u32", unit="Hz"), field("duty_u16", "u16")),
    results=(field("ms", "u32", unit="ms"),),
    help="Modulate an output, within its limits, for so long or (0) until it is aborted.",
)
def run(output, frequency, percent, ms):
    duty = _duty(percent)
    modulated = Modulated(output)
    try:
        told = modulated.begin(frequency, duty_u16=duty)
        _running[output] = modulated
        yield told
        yield from modulated.hold(ms)
    finally:
        if _running.get(output) is modulated:
            del _running[output]
        modulated.end()
    return (ms,)


@task(
    "pwm.set",
    says=("set the speed",),
    args=(field("output", "text", max=32), field("percent", "decimal", max=8, unit="%")),
    results=(field("duty_u16", "u16"),),
    idempotent=True,
    help="Change the duty of an output that pwm.run modulates.",
)
def set_(output, percent):
    duty = _duty(percent)
    modulated = _running.get(output)
    if not modulated:
        raise refused("%s is not modulated; start that with pwm.run" % output)
    modulated.duty(duty_u16=duty)
    return (duty,)


@task(
    "pwm.beep",
    says=("beep", "sound the buzzer"),
    kind="process",
    args=(
        field("output", "text", max=32),
        field("frequency", "u16", min=20, max=20000, unit="Hz"),
        field("on_ms", "u16", min=10, unit="ms"),
        field("off_ms", "u16", unit="ms"),
        field("count", "u16", min=1, max=1000),
    ),
    progress=(field("done", "u16"),),
    results=(field("done", "u16"),),
    help="Sound a passive buzzer so many times.",
)
def beep(output, frequency, on_ms, off_ms, count):
    for done in range(1, count + 1):
        # Off is off, not a duty of 0: between two tones the output rests by its own limits.
        modulated = Modulated(output)
        try:
            modulated.begin(frequency, duty_u16=FULL // 2)
            yield from modulated.hold(on_ms)
        finally:
            modulated.end()
        yield (done,)
        if done < count:
            yield off_ms
    return (count,)


def _duty(percent):
    """A percentage as a duty of 0 to 65535. Raises Refusal."""
    value, places = scaled(percent)
    duty = rounded(value * FULL, 100 * 10**places)[0]
    if not 0 <= value <= 100 * 10**places:
        raise Refusal(OUT_OF_RANGE, "percent is not within 0 to 100")
    return duty
