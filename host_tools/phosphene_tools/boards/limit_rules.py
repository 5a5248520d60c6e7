# SPDX-License-Identifier: Apache-2.0
"""What makes limits, interlocks and thermostats of a rig right: each rule is a function that yields problems."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.outputs import Output
from phosphene_tools.boards.problems import Keys, Problem, unknown
from phosphene_tools.boards.sensing import Thermostat
from phosphene_tools.boards.wiring import Wiring


def check_limits(wiring: Wiring) -> list[Problem]:
    """Return everything that is wrong with what a rig declares about its outputs' limits."""
    return [
        *_times(wiring),
        *_locks(wiring),
        *_interlocks(wiring),
        *_needs_each_other(wiring),
        *_alone(wiring),
        *_thermostats(wiring),
    ]


def _times(wiring: Wiring) -> Iterator[Problem]:
    for at, output in enumerate(wiring.outputs):
        keys = ("output", at)
        if output.max_on_s is not None and output.min_off_s is None:
            wrong = f"{output.name} could go on again the moment max_on_s switched it off"
            yield Problem((*keys, "max_on_s"), wrong, "write min_off_s: how long it rests in between")
        if output.max_on_s is not None and output.min_on_s is not None and output.min_on_s > output.max_on_s:
            wrong = f"{output.name} should run for {output.min_on_s:g} s, and may for {output.max_on_s:g} s"
            yield Problem((*keys, "min_on_s"), wrong, "write at most max_on_s")


def _locks(wiring: Wiring) -> Iterator[Problem]:
    for at, output in enumerate(wiring.outputs):
        if not output.lock:
            continue
        if output.max_on_s is None:
            wrong = f"nothing closes {output.name} by itself"
            yield Problem(("output", at, "lock"), wrong, "write max_on_s: for how long it opens")
        if output.on_lease_loss != "safe":
            wrong = f"{output.name} would stay open without a host"
            yield Problem(("output", at, "on_lease_loss"), wrong, "expected 'safe' for a lock")


def _interlocks(wiring: Wiring) -> Iterator[Problem]:
    known = [output.name for output in wiring.outputs]
    for at, interlock in enumerate(wiring.interlocks):
        keys: Keys = ("interlock", at)
        if bool(interlock.never) == bool(interlock.needs) or bool(interlock.needs) != (interlock.output is not None):
            cure = "write never = [two outputs or more], or output = one and needs = [others]"
            yield Problem(keys, "an interlock says either never, or output and needs", cure)
        yield from _members((*keys, "never"), interlock.never, known)
        yield from _members((*keys, "needs"), interlock.needs, known)
        if interlock.output is not None:
            yield from _members((*keys, "output"), [interlock.output], known)
        if len(interlock.never) == 1:
            wrong = f"{interlock.never[0]} alone can't be barred by itself"
            yield Problem((*keys, "never"), wrong, "name two outputs or more")


def _members(keys: Keys, names: list[str], known: list[str]) -> Iterator[Problem]:
    for name in sorted(set(names)):
        if name not in known:
            yield unknown(keys, "output", name, known)
        elif names.count(name) > 1:
            yield Problem(keys, f"{name} is named twice", "name it once")


def _needs_each_other(wiring: Wiring) -> Iterator[Problem]:
    """Interlocks by which an output can never go on."""
    needs: dict[str, set[str]] = {}
    for interlock in wiring.interlocks:
        if interlock.output is not None:
            needs.setdefault(interlock.output, set()).update(interlock.needs)
    for at, interlock in enumerate(wiring.interlocks):
        output = interlock.output
        if output is None:
            continue
        keys = ("interlock", at, "needs")
        reached = _reached(output, needs)
        if output in reached:
            yield Problem(keys, f"{output} needs itself, so it could never go on", "break the circle")
            continue
        for other in wiring.interlocks:
            barred = sorted((reached | {output}) & set(other.never))
            if len(barred) > 1:
                wrong = f"{output} goes on only with {' and '.join(barred)} together, which another interlock bars"
                yield Problem(keys, wrong, "change one of the two interlocks")


def _alone(wiring: Wiring) -> Iterator[Problem]:
    """Outputs that go on without a host, and need one that doesn't."""
    outputs = {output.name: output for output in wiring.outputs}
    for at, interlock in enumerate(wiring.interlocks):
        output = outputs.get(interlock.output or "")
        for name in interlock.needs if output else []:
            other = outputs.get(name)
            if output and other and output.on_lease_loss == "autonomous" != other.on_lease_loss:
                wrong = f"{output.name} goes on without a host, but needs {name}, which doesn't"
                yield Problem(("interlock", at, "needs"), wrong, f"expected on_lease_loss = 'autonomous' for {name}")


def _reached(output: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    todo = list(needs.get(output, ()))
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += needs.get(name, ())
    return reached


def _thermostats(wiring: Wiring) -> Iterator[Problem]:
    outputs = {output.name: output for output in wiring.outputs}
    sensors = {sensor.name: sensor for sensor in wiring.sensors}
    driven: set[str] = set()
    for at, thermostat in enumerate(wiring.thermostats):
        keys: Keys = ("thermostat", at)
        if thermostat.sensor not in sensors:
            yield unknown((*keys, "sensor"), "sensor", thermostat.sensor, sensors)
        elif sensors[thermostat.sensor].kind == "ds18b20":
            wrong = f"{thermostat.sensor} takes 750 ms for a reading, and a thermostat reads four times a second"
            yield Problem((*keys, "sensor"), wrong, "use a TMP117 or BME280")
        output = outputs.get(thermostat.output)
        if output is None:
            yield unknown((*keys, "output"), "output", thermostat.output, outputs)
        else:
            yield from _driven(keys, thermostat, output, driven)
        if thermostat.min_c > thermostat.max_c:
            yield Problem((*keys, "min_c"), "min_c is over max_c", "exchange them")
        heats = thermostat.mode == "heat"
        end = thermostat.max_c + thermostat.hysteresis_c if heats else thermostat.min_c - thermostat.hysteresis_c
        if (thermostat.cutoff_c <= end) if heats else (thermostat.cutoff_c >= end):
            wrong = f"cutoff_c = {thermostat.cutoff_c:g} is reached in normal operation, at {end:g} °C"
            yield Problem((*keys, "cutoff_c"), wrong, f"put it {'above' if heats else 'below'} that")


def _driven(keys: Keys, thermostat: Thermostat, output: Output, driven: set[str]) -> Iterator[Problem]:
    if output.max_on_s is None:
        wrong = f"with a sensor that sticks, {output.name} would run without end"
        yield Problem((*keys, "output"), wrong, f"write max_on_s for {output.name}")
    if output.lock:
        yield Problem((*keys, "output"), f"{output.name} is a lock", "name what heats or cools")
    if output.name in driven:
        yield Problem((*keys, "output"), f"two thermostats drive {output.name}", "give each its own output")
    driven.add(output.name)
