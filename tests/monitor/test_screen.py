# SPDX-License-Identifier: Apache-2.0
"""The monitor on a real terminal, watching the real firmware: what a person sees and types."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import pytest

from phosphene_tools.sim.blocking_client import BlockingSimClient
from tests.monitor.conftest import PHOSPHENE, Bench
from tests.monitor.terminal import CTRL_C, CTRL_RIGHT_BRACKET, CTRL_T, Terminal

Open = Callable[..., Terminal]


@pytest.fixture
def monitor(bench: Bench) -> Iterator[Open]:
    """Opens the monitor on a terminal; whatever is left open is closed."""
    opened: list[Terminal] = []

    def open_(*words: str, columns: int = 100, lines: int = 24, **more: str) -> Terminal:
        command = [*PHOSPHENE, "monitor", "-p", bench.port, *words]
        terminal = Terminal(command, bench.environment | more, columns=columns, lines=lines)
        opened.append(terminal)
        terminal.wait("call ›")
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()


def bottom(text: str) -> str:
    return text.rstrip().splitlines()[-1]


def test_a_call_by_hand_with_completion(monitor: Open) -> None:
    terminal = monitor()
    terminal.wait("● up")
    terminal.type("exact.dec\t")
    terminal.wait("call › exact.decimal")
    terminal.type("a=1.5 op=* b=2.25 places=3\r")
    text = terminal.wait("value = 3.375  exact = true")
    assert re.search(r"→ CALL +#\d+ +exact\.decimal +a=1\.5 op=\* b=2\.25 places=3", text)
    assert re.search(r"← RESULT +#\d+ +\d.* [µm]s exact\.decimal +value=3\.375 exact=true", text)
    terminal.type("exact.decimal a=x\r")
    terminal.wait("BadArgument: a: expected digits")
    terminal.type("\x1b[A")
    terminal.wait(lambda text: bottom(text) == " call › exact.decimal a=x")
    terminal.type(CTRL_C)
    terminal.wait(lambda text: bottom(text) == " call ›")


def test_leaving_puts_the_terminal_back(monitor: Open) -> None:
    terminal = monitor()
    terminal.type(CTRL_RIGHT_BRACKET)
    assert terminal.end() == 0
    assert terminal.settings_now() == terminal.settings
    assert b"\x1b[?1049l" in terminal.seen
    assert b"Traceback" not in terminal.seen


def test_ctrl_c_aborts_the_process_that_was_started_here(monitor: Open) -> None:
    terminal = monitor()
    terminal.type("gpio.pulses output=led count=10000 period_ms=20\r")
    terminal.wait(re.compile(r"process \d+ runs done = [1-9]").search)
    terminal.type("board.clock\r")
    terminal.wait("one call at a time")
    terminal.type(CTRL_C)
    text = terminal.wait(re.compile(r"process \d+: aborted").search)
    assert "board.abort" in text
    assert "aborted by a call" in text
    # And it is really over: the next call is answered, and is the newest row.
    terminal.type("board.clock\r")
    terminal.wait("time_us = ")


def test_the_menu_filters_dumps_and_explains(monitor: Open) -> None:
    terminal = monitor()
    terminal.type("gpio.read name=led\r")
    terminal.wait("level = ")
    terminal.type("gpio.nothing\r")
    terminal.wait("no task 'gpio.nothing'")
    terminal.type(CTRL_T)
    assert "r    REPL: outputs go safe first" in terminal.wait("┌ menu ─")
    terminal.type("f")
    terminal.wait("filter ›")
    terminal.type("gpio.* reslt\r")
    terminal.wait("did you mean result?")
    terminal.type("\x7f" * 20 + "gpio.*\r")
    text = terminal.wait("gpio.* hides")
    assert "gpio.read" in text
    assert "WELCOME" not in text
    terminal.type(CTRL_T + "h")
    assert re.search(r"  0000  [0-9a-f]{2} ", terminal.wait("  0000  "))
    terminal.type(CTRL_T + "h" + CTRL_T + "t")
    terminal.wait(lambda text: "0000  " not in text)
    terminal.type(CTRL_T + "?")
    terminal.wait("words of a filter")
    terminal.type("x")
    terminal.wait(lambda text: "words of a filter" not in text)
    terminal.type(CTRL_T + "s")
    assert re.search(r"│ tx_frames +\d+ +\d+ │", terminal.wait("any key closes this"))
    terminal.type("x" + CTRL_T + "q")
    assert terminal.end() == 0


def test_a_narrow_terminal_loses_columns_and_never_its_alignment(monitor: Open) -> None:
    terminal = monitor("--filter", "call,result !note")
    terminal.type("echo.echo data=0x" + "5a" * 300 + "\r")
    terminal.wait("(300 B)")
    for columns in (80, 60, 40, 24):
        terminal.resize(columns, 20)
        terminal.wait(lambda text, wide=columns: aligned(text, wide))


def aligned(text: str, columns: int) -> bool:
    """Whether a screen of that width is whole, and its rows stand under their title."""
    lines = text.splitlines()
    titles = [line.index("type") for line in lines if re.search(r"  type  .*valu", line)]
    types = [re.search("CALL|RESULT", line) for line in lines if re.search(r"[→←] (CALL|RESULT)", line)]
    starts = {found.start() for found in types if found}
    return max(map(len, lines)) <= columns and "call ›" in text and starts == set(titles) and len(titles) == 1


def test_colours_are_left_out_when_they_are_not_wanted(monitor: Open) -> None:
    plain = monitor(NO_COLOR="1")
    plain.wait("● up")
    coloured = monitor()
    coloured.wait("● up")
    green = re.compile(rb"\x1b\[[0-9;]*32m")
    assert not green.search(plain.seen)
    assert green.search(coloured.seen)


def test_it_stays_through_reset_and_pulled_cable(monitor: Open, bench: Bench) -> None:
    terminal = monitor("--filter", "note")
    terminal.wait("attached to")
    with BlockingSimClient(bench.control) as board:
        board.reset()
        terminal.wait("line up: the board was reset (pin)")
        board.pull_cable()
        terminal.wait("● down")
        terminal.type("board.clock\r")
        board.plug_cable()
        terminal.wait("● up")
    terminal.wait("time_us = ")


def test_the_repl_and_back(monitor: Open, bench: Bench) -> None:
    terminal = monitor()
    terminal.wait("● up")
    terminal.type(CTRL_T + "r")
    terminal.wait("maintenance: outputs are safe")
    terminal.wait(">>>")
    terminal.type("6 * 7\r")
    terminal.wait(lambda text: "\n42\n" in text)
    # Ctrl-C is the board's: it interrupts the board's program, not ours.
    terminal.type("import time\r")
    terminal.type("while True: print('at', 'work'); time.sleep(0.1)\r\r")
    terminal.wait("\nat work\n")
    terminal.type(CTRL_C)
    terminal.wait("KeyboardInterrupt")
    terminal.type(CTRL_T)
    terminal.wait("b back to the frames")
    terminal.type("b")
    text = terminal.wait("the firmware runs again")
    assert "after soft" in text
    terminal.type("board.clock\r")
    terminal.wait("time_us = ")
    terminal.type(CTRL_RIGHT_BRACKET)
    assert terminal.end() == 0
    assert terminal.settings_now() == terminal.settings


def test_a_board_at_work_is_not_taken_to_the_repl_unasked(monitor: Open, bench: Bench) -> None:
    terminal = monitor()
    terminal.wait("● up")
    with renewing(bench):
        terminal.wait("LEASED")
        terminal.type(CTRL_T + "r")
        terminal.wait("supervisor (process")
        terminal.wait("y to go on")
        terminal.type("n")
        terminal.wait("the board was left at work")
        terminal.type("board.clock\r")
        terminal.wait("time_us = ")


@contextmanager
def renewing(bench: Bench) -> Generator[None]:
    """Renew the lease of the bench's board, as a supervisor does, from a process of its own."""
    command = [sys.executable, "-c", SUPERVISOR, bench.port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=bench.environment) as process:
        try:
            yield
        finally:
            process.kill()


SUPERVISOR = """
import asyncio, sys
from phosphene_tools.attach import attached
from phosphene_tools.ports import resolve

async def main():
    async with attached(resolve(sys.argv[1]), "operate", "supervisor") as there:
        for count in range(1, 1 << 30):
            await there.channel.renew(count, count, count)
            await asyncio.sleep(0.1)

asyncio.run(main())
"""


def test_an_observer_may_not_take_the_board_to_the_repl(monitor: Open) -> None:
    terminal = monitor("--role", "observe")
    terminal.wait("● up")
    terminal.type(CTRL_T + "r")
    terminal.wait("role operate")
    terminal.type("board.clock\r")
    terminal.wait("time_us = ")


def test_run_opens_the_monitor_with_a_board_of_its_own(nowhere: Bench) -> None:
    terminal = Terminal([*PHOSPHENE, "run", "--monitor"], nowhere.environment)
    try:
        terminal.wait("sim ● up")
        terminal.type("exact.integer a=6 op=* b=7\r")
        terminal.wait("value = 42")
        terminal.type(CTRL_RIGHT_BRACKET)
        assert terminal.end() == 0
    finally:
        terminal.close()
    assert nowhere.run("call", "board.clock", "--rig", "sim").returncode == 1
