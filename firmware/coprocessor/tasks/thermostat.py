# SPDX-License-Identifier: Apache-2.0
"""Thermostats: a hysteresis loop that needs nobody but this board.

The rig declares each one: its sensor, its output, between which temperatures it may
be set, and the temperature at which something must be wrong (docs/boards.md).
"""

import device
import thermometer
from refusal import BUSY, REFUSED, Refusal, refused
from task import field, task

STEP_MS = 250
PATIENCE = 8  # readings that may fail in a row, 2 s; the output is safe from the first on

_targets = {}  # thousandths of a degree, of those that run
HOLDING, WAITING, BLIND = "holding", "waiting", "blind"


@task(
    "thermostat.hold",
    says=("keep it at", "set the temperature"),
    kind="process",
    args=(
        field("thermostat", "text", max=32),
        field("celsius", "decimal", max=6, unit="°C"),
    ),
    progress=(
        field("celsius", "text", max=8, unit="°C"),  # empty while blind: an old value would be a lie
        field("on", "bool"),
        field("state", "choice", choices=("holding", "waiting", "blind")),
    ),
    on_lease_loss="go_on",
    help="Hold a temperature until it is aborted; safe at once when its sensor fails.",
)
def hold(name, celsius):
    declared = _declared(name)
    target = _target(declared, celsius)
    if name in _targets:
        raise Refusal(BUSY, "%s runs already; change it with thermostat.set, or abort it" % name)
    sensor = thermometer.named(declared["sensor"])
    output = device.outputs.named(declared["output"])
    _targets[name] = target
    try:
        yield from _loop(name, declared, sensor, output)
    finally:
        del _targets[name]
        output.make_safe()


@task(
    "thermostat.set",
    says=("change the temperature",),
    args=(field("thermostat", "text", max=32), field("celsius", "decimal", max=6, unit="°C")),
    idempotent=True,
    help="Change the temperature of a thermostat that runs.",
)
def set_(name, celsius):
    target = _target(_declared(name), celsius)
    if name not in _targets:
        raise refused("%s does not run; start it with thermostat.hold" % name)
    _targets[name] = target


def _loop(name, declared, sensor, output):
    failures = 0
    heats = False  # what this loop made of the output
    while True:
        if heats and not output.on:
            # A limit, an interlock or a person had the better reason.
            raise refused("%s went off: %s" % (output.name, output.latched or "a call asked for it"))
        try:
            milli = sensor.read()
        except (OSError, ValueError) as fault:
            failures += 1
            output.make_safe("the sensor of %s fails" % name)
            if failures >= PATIENCE:
                why = str(fault) if isinstance(fault, ValueError) else "it does not answer"
                raise refused("the sensor of %s failed: %s; %s is off" % (name, why, output.name))
            yield "", False, BLIND
        else:
            failures = 0
            yield _regulate(name, declared, milli, output)
        heats = output.on
        yield STEP_MS


def _regulate(name, declared, milli, output):
    """One step: progress to tell. Raises Refusal when the output must not be used any more."""
    # Cooling is heating with the thermometer upside down.
    sign = 1 if declared["mode"] == "heat" else -1
    excess = sign * (milli - _targets[name])
    if sign * (milli - declared["cutoff_mc"]) >= 0:
        raise refused(
            "%s is at %s °C, and its cut-off is %s; %s is off"
            % (
                name,
                thermometer.celsius(milli),
                thermometer.celsius(declared["cutoff_mc"]),
                output.name,
            )
        )
    state = HOLDING
    if excess >= declared["hysteresis_mc"]:
        if output.on and output.limits.owed(device.safety.ms()):
            state = WAITING  # it stays on for its shortest time; the cut-off is not reached
        else:
            output.make_safe()
    elif excess <= -declared["hysteresis_mc"] and not output.on:
        try:
            output.turn_on()
        except Refusal as refusal:
            if refusal.code != REFUSED:
                raise
            state = WAITING  # its limits say later
    return thermometer.celsius(milli), output.on, state


def _declared(name):
    thermostats = device.config.get("thermostats", ())
    for declared in thermostats:
        if declared["name"] == name:
            return declared
    there = " ".join([declared["name"] for declared in thermostats])
    raise refused("no thermostat %r; there are: %s" % (name, there))


def _target(declared, text):
    """A decimal of degrees as thousandths, within what the rig allows."""
    whole, _, places = text.partition(".")
    if len(places) > 3:
        raise refused("a thermostat is set to thousandths of a degree at most; write fewer places")
    milli = int(whole + (places + "000")[:3])
    if not declared["min_mc"] <= milli <= declared["max_mc"]:
        raise refused(
            "%s may be set from %s to %s °C"
            % (
                declared["name"],
                thermometer.celsius(declared["min_mc"]),
                thermometer.celsius(declared["max_mc"]),
            )
        )
    return milli
