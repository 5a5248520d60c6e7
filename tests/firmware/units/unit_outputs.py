# SPDX-License-Identifier: Apache-2.0
"""Outputs against a timer that may come between any two of the interpreter's jumps."""

import sys

import micropython

log = []  # every level that any pin was driven to, in their order


class Pin:
    """The unix port has no pins. As a chip's, this one is written in one step of C code."""

    OUT = 1

    def __init__(self, number, mode=0, value=0):
        self.value = log.append


class Machine:
    Pin = Pin


sys.modules["machine"] = Machine  # pyright: ignore[reportArgumentType]

from outputs import Outputs  # noqa: E402
from refusal import FORBIDDEN, Refusal  # noqa: E402


class Host:
    """What an output asks of the board's safety."""

    untold = False
    live = True

    def ms(self):
        return 1000

    def check_well(self, name):
        pass

    def check_armed(self, name):
        pass

    def check_lease(self, name):
        if not self.live:
            raise Refusal(FORBIDDEN, "no lease")


def board(interlocks, **more):
    host = Host()
    outputs = Outputs([dict(name=name, pin=0, **more) for name in ("fan", "oven")], host, interlocks)
    for output in outputs.all:  # from here on each level says whose it is
        output._levels = ((output.name, 0), (output.name, 1))
        output._safe = output._levels[0]
    log.clear()
    return host, outputs.named("fan"), outputs.named("oven")


class After:
    """Lets something happen so many jumps of the interpreter later, as an interrupt would."""

    def __init__(self, jumps, action):
        self.left = jumps
        self._action = action
        micropython.schedule(self._look, 0)

    def _look(self, _):
        self.left -= 1
        if self.left < 0:
            self._action()
        else:
            micropython.schedule(self._look, 0)

    def wait(self):
        while self.left >= 0:
            pass


def turn_on(output):
    try:
        output.turn_on()
    except Refusal:
        return False
    return True


def test_what_is_needed_may_go_off_at_any_moment():
    went_on = 0
    for jumps in range(80):
        _, fan, oven = board([{"output": "oven", "needs": ["fan"]}])
        turn_on(fan)
        after = After(jumps, fan.make_safe)
        went_on += turn_on(oven)
        after.wait()
        levels = {"fan": 0, "oven": 0}
        for name, level in log:
            levels[name] = level
            assert levels["fan"] or not levels["oven"], (jumps, log)
        assert not levels["fan"]
        assert not oven.on
    assert 10 < went_on < 70, went_on


def lose(host, oven):
    host.live = False
    oven.lease_lost(1000)


def test_the_lease_may_end_at_any_moment():
    went_on = 0
    for jumps in range(80):
        host, _, oven = board([])
        after = After(jumps, lambda host=host, oven=oven: lose(host, oven))
        went_on += turn_on(oven)
        after.wait()
        assert log[-1] == ("oven", 0), (jumps, log)
        assert log.count(("oven", 1)) <= 1
        if log.count(("oven", 1)):
            assert oven.latched == "the lease ran out"
    assert 10 < went_on < 70, went_on


def test_two_that_are_never_together_may_be_asked_for_at_once():
    together = 0
    for jumps in range(80):
        _, fan, oven = board([{"never": ["fan", "oven"]}])
        after = After(jumps, lambda fan=fan: turn_on(fan))
        turn_on(oven)
        after.wait()
        on = set()
        for name, level in log:
            (on.add if level else on.discard)(name)
            assert len(on) < 2, (jumps, log)
        together += len(on)
    assert together > 40


def test_a_circle_of_needs_ends():
    _, fan, oven = board([{"output": "oven", "needs": ["fan"]}, {"output": "fan", "needs": ["oven"]}])
    assert not turn_on(oven)
    assert not turn_on(fan)
    fan.make_safe("no reason to hang")
    assert not fan.on
    assert not oven.on
