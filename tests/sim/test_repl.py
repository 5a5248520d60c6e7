# SPDX-License-Identifier: Apache-2.0
"""The maintenance REPL, as a terminal program and as mpremote see it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from tests.sim.desk import BUTTON, LED, Desk, on_a_desk, until

MPREMOTE = [sys.executable, "-m", "mpremote"]

DEAF = """
import micropython, time
from machine import Pin, UART
micropython.kbd_intr(-1)
port = UART(0)
stop = Pin(16, Pin.IN, Pin.PULL_UP)
while stop():
    time.sleep_ms(1)
micropython.kbd_intr(3)
"""


class Terminal:
    """A person's terminal program on the REPL's port."""

    def __init__(self, desk: Desk) -> None:
        self._fd = os.open(desk.board.repl_port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.text = ""

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    async def shows(self, text: str) -> None:
        """Wait until `text` has come; what came up to it is forgotten."""

        def there() -> bool:
            with contextlib.suppress(BlockingIOError):
                self.text += os.read(self._fd, 4096).decode()
            return text in self.text

        await until(there)
        self.text = self.text.split(text, 1)[1]

    def close(self) -> None:
        os.close(self._fd)


async def mpremote(desk: Desk, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *MPREMOTE, "connect", desk.board.repl_port, "resume", *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode().replace("\r\n", "\n")


def test_ctrl_c_interrupts_the_program_and_its_names_are_there(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("fortytwo = 6 * 7")
        terminal = Terminal(desk)
        terminal.type("\x03")
        await terminal.shows("KeyboardInterrupt")
        await terminal.shows(">>> ")
        terminal.type("fortytwo\r")
        await terminal.shows("\r\n42\r\n")
        terminal.type("while True: pass\r\r")
        await asyncio.sleep(0.05)
        terminal.type("\x03")
        await terminal.shows("KeyboardInterrupt")
        terminal.close()

    on_a_desk(tmp_path, scenario)


def test_kbd_intr_keeps_ctrl_c_from_a_device_at_work(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        terminal = Terminal(desk)
        terminal.type("\x03\x03")
        await asyncio.sleep(0.05)
        statistics = await desk.board.statistics()
        assert (statistics["boots"], statistics["exits"]) == (1, 0)
        assert "KeyboardInterrupt" not in desk.board.repl_tail
        desk.board.set_input(BUTTON, 0)  # the firmware's loop ends
        await terminal.shows(">>> ")
        terminal.type("1 + 1\r")
        await terminal.shows("\r\n2\r\n")
        terminal.close()

    on_a_desk(tmp_path, scenario, DEAF)


def test_ctrl_d_starts_the_interpreter_again(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        terminal = Terminal(desk)
        terminal.type("\x03")
        await terminal.shows(">>> ")
        terminal.type("\x04")

        async def again() -> bool:
            return (await desk.board.statistics())["resets"] == {"power-on": 1, "soft": 1}

        await until(again)
        assert await desk.ask("reset_cause()") == "4"
        terminal.close()

    on_a_desk(tmp_path, scenario)


def test_timers_go_on_while_the_prompt_waits_for_a_key(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"led = Pin({LED}, Pin.OUT, value=0); t = Timer(-1, period=20, callback=lambda t: led.toggle())")
        terminal = Terminal(desk)
        terminal.type("\x03")
        await terminal.shows(">>> ")
        before = len(desk.board.pins.history)
        await until(lambda: len(desk.board.pins.history) >= before + 5)
        terminal.close()

    on_a_desk(tmp_path, scenario)


def test_what_is_printed_has_carriage_returns(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        terminal = Terminal(desk)
        await desk.ask("print('one\\ntwo')")
        await terminal.shows("one\r\ntwo\r\n")
        terminal.close()

    on_a_desk(tmp_path, scenario)


def test_a_firmware_that_prints_without_a_reader_goes_on(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert await desk.ask("[print('x' * 1000) for _ in range(200)] and 'done'") == "'done'"

    on_a_desk(tmp_path, scenario)


def test_mpremote_works_on_it(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("fortytwo = 6 * 7")
        assert await mpremote(desk, "exec", "print(fortytwo)") == "42\n"
        blob = bytes(range(256)) * 8
        (tmp_path / "blob").write_bytes(blob)
        await mpremote(desk, "fs", "cp", str(tmp_path / "blob"), ":blob")
        assert (desk.board.flash_dir / "blob").read_bytes() == blob
        await mpremote(desk, "fs", "cp", ":blob", str(tmp_path / "back"))
        assert (tmp_path / "back").read_bytes() == blob
        assert " blob\n" in await mpremote(desk, "fs", "ls")

    on_a_desk(tmp_path, scenario)
