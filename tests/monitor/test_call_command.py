# SPDX-License-Identifier: Apache-2.0
"""`phosphene call` against the real firmware: results, errors, processes, the list of tasks."""

from __future__ import annotations

import json
import signal

import pytest

from phosphene_tools.sim.blocking_client import BlockingSimClient
from tests.monitor.conftest import Bench


def test_results_are_printed_with_their_units(bench: Bench) -> None:
    found = bench.run("call", "exact.decimal", "a=19.99", "op=*", "b=3", "places=2")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "value = 59.97\nexact = true\n"
    heap = bench.run("call", "board.heap", "collect=true").stdout.splitlines()
    assert [line.split()[0] for line in heap] == ["used", "free"]
    assert all(line.endswith(" B") for line in heap)


def test_results_as_json_keep_every_digit(bench: Bench) -> None:
    found = bench.run("call", "exact.integer", "a=7", "op=^", "b=200", "-o", "json")
    assert json.loads(found.stdout) == {"results": {"value": str(7**200), "remainder": "0"}}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["gpio.pulse"], "no task 'gpio.pulse' — capability dictionary — the nearest are gpio.pulses"),
        (["exact.integer", "a=1", "op=/", "b=0"], "division by zero — exact.integer"),
        (["gpio.write", "output=pump", "level=on"], "arm with a grant — gpio.write"),
        (["board.label", "label=x"], "board.label"),
        (["gpio.pulses", "output=led", "count=70000", "period_ms=2"], "count"),
    ],
)
def test_an_error_is_one_line_and_exit_code_one(bench: Bench, words: list[str], says: str) -> None:
    found = bench.run("call", *words)
    assert (found.returncode, found.stdout) == (1, "")
    (line,) = found.stderr.splitlines()
    assert line.startswith("error: ")
    assert says in line


def test_a_process_is_watched_to_its_end(bench: Bench) -> None:
    found = bench.run("call", "gpio.pulses", "output=led", "count=3", "period_ms=10")
    assert (found.returncode, found.stdout) == (0, "done = 3\n")
    assert found.stderr.splitlines()[-1].endswith("runs: done 3")
    *steps, last = map(
        json.loads,
        bench.run("call", "gpio.pulses", "output=led", "count=2", "period_ms=10", "-ojson").stdout.splitlines(),
    )
    assert steps[0]["state"] == "running"
    assert steps[-1]["progress"] == {"done": 2}
    assert last == {"results": {"done": 2}}


def test_an_interrupt_aborts_the_process_on_the_board(bench: Bench) -> None:
    process = bench.start("call", "gpio.pulses", "output=led", "count=10000", "period_ms=20", "-o", "json")
    assert process.stdout is not None
    pid = json.loads(process.stdout.readline())["pid"]
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said.startswith("error: it was aborted")
    state = json.loads(bench.run("call", "board.process", f"pid={pid}", "-o", "json").stdout)["results"]["state"]
    assert state == 2


def test_an_interrupted_call_says_that_its_outcome_is_open(bench: Bench) -> None:
    bench.run("call", "board.clock")
    with BlockingSimClient(bench.control) as board:
        board.freeze()
        try:
            with bench.start("call", "gpio.write", "output=led", "level=on", "--timeout", "40") as process:
                # The call is on the line as soon as the broker has it.
                while json.loads(bench.run("broker", "status", "-o", "json").stdout)["clients"][0]["waiting"] != 1:
                    assert process.poll() is None
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=20)
        finally:
            board.thaw()
    assert process.returncode == 1
    assert said == (
        "error: interrupted before the answer came — gpio.write — what was sent may have had its effect, once\n"
    )


def test_the_list_of_tasks(bench: Bench) -> None:
    found = bench.run("call", "--list", "gpio.p")
    assert found.stdout.splitlines() == [
        "gpio.pulses         process, operate",
        "    Pulse an output so many times; tells each pulse.",
        "    output      text of at most 32 bytes",
        "    count       u16 of 1 to 10000",
        "    period_ms   u16 of 2 to 10000 ms",
        "    gives       done u16",
        "    tells       done u16",
    ]
    tasks = [json.loads(line) for line in bench.run("call", "--list", "-o", "json").stdout.splitlines()]
    assert tasks[0]["name"] == "board.dictionary"
    (write,) = (task for task in tasks if task["name"] == "gpio.write")
    assert {"name": "level", "kind": "bool", "unit": "", "min": None, "max": None, "choices": []} in write["args"]


def test_without_a_board_it_says_how_to_get_one(nowhere: Bench) -> None:
    found = nowhere.run("call", "board.clock", "--rig", "sim")
    assert found.returncode == 1
    assert "no simulated board of rig sim runs" in found.stderr
    assert "phosphene sim --rig sim" in found.stderr


def test_without_a_task_it_is_bad_usage(bench: Bench) -> None:
    assert bench.run("call", "-o", "json").returncode == 2
