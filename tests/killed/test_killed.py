# SPDX-License-Identifier: Apache-2.0
"""Kill -9 of the supervisor, in the middle of everything. What the outputs do is seen at the pins, with their times,
outside of the firmware; what a person is told is read off the next supervisor's screen and trace.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from phosphene.prove.absence import TITLE
from phosphene.prove.news import What
from phosphene.trace.reader import Trace
from phosphene_hil.declared import host_lost, longest_s
from tests.killed.outliving import Board, Device, a_board, a_device

pytestmark = pytest.mark.timeout(240)
"""Against hanging: each starts two supervisors, which load their networks."""
OUTPUTS = ("pump", "fan", "valve", "led")
"""Behind ENABLE; safe at once; held for two seconds; goes on without a host."""
DOSE_ML = 300
TIMER_S = 8
TRIES = 5


def everything_runs(board: Board, device: Device) -> float:
    """A dose flows, and each kind of output is on; return what had flowed before the dose.

    On a busy computer the simulated board may stand still for longer than its dead-man allows; then it is armed anew.
    """
    device.until(lambda texts, _: "What shall I do?" in texts, "the first screen")
    for _ in range(TRIES):
        for output in OUTPUTS[1:]:
            if not board.on(output):
                device.do(f"gpio.write {output} on")
        board.arm()
        before = board.outside.poured()
        device.do(f"dispense.pour {DOSE_ML}")
        ends = time.monotonic() + 5
        while time.monotonic() < ends and board.outside.poured() < before + 5:
            time.sleep(0.02)
        if all(board.on(output) for output in OUTPUTS):
            return before
    raise AssertionError(f"it never all ran at once; the screen shows {device.texts}")


def as_declared(board: Board, killed_s: float) -> None:
    """Each output did what its rig declares, in the declared time."""
    demands = {name: host_lost(board.output(name), board.rig.wiring) for name in OUTPUTS}
    board.until(lambda: not any(board.on(name) for name in OUTPUTS[:3]), "outputs that are safe")
    time.sleep(max(0.0, killed_s + longest_s(list(demands.values()), board.rig.wiring) - time.monotonic()))
    watched_s = time.monotonic() - killed_s
    for name, demand in demands.items():
        changes = board.changes(name, killed_s)
        safe_s = changes[-1][0] if changes and not changes[-1][1] else None
        assert demand.met_by(safe_s, watched_s), f"{name}: {demand}, but {changes}"


def test_outputs_reach_their_states_and_the_next_supervisor_tells_what_happened(tmp_path: Path) -> None:
    with a_board("sim", tmp_path) as board:
        with a_device(board) as device:
            before = everything_runs(board, device)
            killed_s = device.kill()
        as_declared(board, killed_s)
        poured = board.outside.poured()
        assert poured - before < DOSE_ML / 2, "it was killed in the middle"
        time.sleep(0.5)
        assert board.outside.poured() == poured, "nothing flows any more"

        trace = tmp_path / "next.mcap"
        with a_device(board, trace) as device:
            device.until(lambda texts, _: TITLE in texts, "what happened")
            hint = device.tree["hint"]
            assert "no renewal came" in hint
            assert "dispense: made safe, the lease was lost" in hint
            assert "pump went off: the lease ran out" in hint
            assert "valve went off: the lease ran out, and its time without one is over" in hint
            assert "led is on" in hint
            texts = device.read({"dispense", "made safe", "aborted", "went off", "still on"})
            delivered = {amount for text in texts if (amount := amount_of(text)) is not None}
            assert any(amount == pytest.approx(poured - before, abs=0.4) for amount in delivered), (poured, texts)
            device.touch("Tasks")
            device.until(lambda texts, _: TITLE not in texts, "told once")
            device.end()
        told = [news for record in Trace(trace).moments() for news in record.sensed.told]
        (before,) = [news for news in told if news.what is What.BEFORE]
        assert "aborted" in [fact.value for fact in before.facts]
        assert board.on("led"), "it went on all the time"
        assert not board.on("pump"), "a new lease alone starts nothing again"


def amount_of(text: str) -> float | None:
    """The millilitres that a text says, if it does."""
    number, _, unit = text.partition(" ")
    try:
        return float(number) if unit == "ml" else None
    except ValueError:
        return None


def test_a_timer_rings_without_a_supervisor_and_the_next_one_shows_it(tmp_path: Path) -> None:
    with a_board("sim-bench", tmp_path) as board:
        with a_device(board) as device:
            device.until(lambda texts, _: "What shall I do?" in texts, "the first screen")
            asked_s = time.monotonic()
            device.do(f"timer.start tea {TIMER_S}")
            begun_s = time.monotonic()
            killed_s = device.kill()
        assert killed_s < asked_s + TIMER_S, "it was killed before the timer rang"
        board.until(lambda: any(level for _, level in board.changes("buzzer", killed_s)), "a bell")
        rang_s = killed_s + board.changes("buzzer", killed_s)[0][0]
        assert asked_s + TIMER_S <= rang_s <= begun_s + TIMER_S + 0.25, "in time, seen at the buzzer's pin"
        with a_device(board) as device:
            device.until(lambda texts, _: {"Time is up", "tea"} <= set(texts), "the alarm")
            device.touch("Stop")
            device.until(lambda texts, _: "Time is up" not in texts, "quiet")
            quiet_s = time.monotonic()
            time.sleep(2.5)  # more than the bell's rhythm
            assert not any(level for _, level in board.changes("buzzer", quiet_s + 0.1))
            device.end()


def test_a_timer_that_still_runs_is_told(tmp_path: Path) -> None:
    with a_board("sim", tmp_path) as board:
        with a_device(board) as device:
            device.until(lambda texts, _: "What shall I do?" in texts, "the first screen")
            device.do("timer.start tea 600")
            device.kill()
        with a_device(board) as device:
            device.until(lambda texts, _: {TITLE, "tea", "still set"} <= set(texts), "the timer that runs")
            device.end()
