# SPDX-License-Identifier: Apache-2.0
"""The dictionary of a board: fetched once, cached by hash, and fetched anew when the firmware is another one."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path

import pytest

from phosphene.errors import LineError, OutcomeUnknown, UnknownTask, VersionMismatch
from phosphene.exact import Coprocessor, Results
from phosphene.line import dictionary_cache
from phosphene.line.link import Link
from phosphene_tools import firmware_image, places
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import client, kill_broker, on_a_board, stand_still, until, words

NEW_TASK = '''# SPDX-License-Identifier: Apache-2.0
"""A task that comes before all others but the board's own, and so moves their numbers."""

from task import task


@task("added.nothing", idempotent=True, privilege="read", help="Nothing.")
def nothing():
    return ()
'''


def update(board: SimBoard, folder: Path) -> None:
    """Put firmware with one more task on the board; it runs from the next reset on."""
    source = folder / "firmware"
    shutil.copytree(places.coprocessor(), source, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "tasks" / "added.py").write_text(NEW_TASK)
    firmware_image.install(source, board.flash_dir)


def test_another_firmware_is_noticed_and_its_tasks_are_called_by_their_new_numbers(run_time_folder: Path) -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            before = (await mcu.dictionary()).task("echo.echo").number
            with pytest.raises(UnknownTask):
                await mcu.call("added.nothing")
            update(board, run_time_folder)
            await board.reset()
            await until(lambda: mcu.hello.reset_cause == 2)
            assert (await mcu.call("echo.echo", data=b"by its new number")).data == b"by its new number"
            assert await mcu.call("added.nothing") == {}
            assert (await mcu.dictionary()).task("echo.echo").number == before + 1

    on_a_board(scenario)


@pytest.mark.parametrize("through", ["broker", "link"])
def test_calls_under_way_while_the_firmware_changes_never_reach_another_task(
    run_time_folder: Path, through: str
) -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        if through == "broker":
            async with client(port) as mcu:
                await change(board, mcu)
        else:
            async with await Link.open(port) as link, Coprocessor(link) as mcu:
                await change(board, mcu)

    async def change(board: SimBoard, mcu: Coprocessor) -> None:
        await mcu.call("gpio.shift_out", value=1, bits=8)
        await stand_still(board)
        shifts = [("gpio.shift_out", {"value": n, "bits": 8}) for n in range(2, 42)]
        echoes = [("echo.echo", {"data": bytes(100)})] * 40
        calls = asyncio.create_task(mcu.batch([*echoes, *shifts], timeout=20, return_errors=True))
        await asyncio.sleep(0.1)
        update(board, run_time_folder)
        await board.reset()
        told = await calls
        assert {type(item) for item in told} <= {VersionMismatch, OutcomeUnknown, Results}
        refused = [item for item in told if isinstance(item, VersionMismatch)]
        assert len(refused) > 40
        assert "dictionary changed under this call; it was not sent" in str(refused[-1])
        assert all(isinstance(item, VersionMismatch) for item in told[40:]), "none of them was written before"
        assert words(board) == [1]
        assert (await mcu.call("echo.echo", data=b"again")).data == b"again"

    on_a_board(scenario)


def test_a_dictionary_that_changes_while_there_is_no_broker(run_time_folder: Path) -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await mcu.call("board.clock")
            await stand_still(board)
            calls = asyncio.create_task(mcu.batch([("echo.echo", {"data": b"x"})] * 3, timeout=20, return_errors=True))
            await asyncio.sleep(0.05)
            kill_broker(mcu)
            update(board, run_time_folder)
            await board.reset()
            assert {type(item) for item in await calls} == {VersionMismatch}
            assert (await mcu.call("echo.echo", data=b"again")).data == b"again"

    on_a_board(scenario)


def test_the_cache_spares_the_fetch_and_a_corrupted_one_is_fetched_again(
    run_time_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with await Link.open(port) as link:
            first = await dictionary_cache.load(link, folder)
            (path,) = folder.iterdir()
            assert path.name == f"{link.hello.dictionary_hash.hex()}.jsonl"
            fetched = link.stats.calls
            assert (await dictionary_cache.load(link, folder)).hash == first.hash
            assert link.stats.calls == fetched, "it came from the cache"
            good = path.read_bytes()
            for spoilt in (good[:-1], b"", good.replace(b"echo", b"ecco")):
                path.write_bytes(spoilt)
                with caplog.at_level(logging.WARNING):
                    assert (await dictionary_cache.load(link, folder)).tasks == first.tasks
                assert "is corrupted; fetching it from the board" in caplog.text
                assert path.read_bytes() == good
            assert link.stats.calls > fetched

    folder = run_time_folder / "dictionaries"
    on_a_board(scenario)


def test_a_cache_that_cannot_be_written_is_reported_and_done_without(
    run_time_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with await Link.open(port) as link:
            assert (await dictionary_cache.load(link, run_time_folder / "file" / "folder")).task("echo.echo")

    (run_time_folder / "file").write_text("in the way")
    on_a_board(scenario)
    assert "can't be kept in" in caplog.text


def test_a_dictionary_that_is_not_the_announced_one_is_refused(run_time_folder: Path) -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with await Link.open(port) as link:
            path = board.flash_dir / "dictionary.jsonl"
            path.write_bytes(path.read_bytes().replace(b'"echo.echo"', b'"ecco.ecco"'))
            with pytest.raises(LineError, match=r"announces dictionary [0-9a-f]{16} and sends .*copy the firmware"):
                await dictionary_cache.load(link, run_time_folder)

    on_a_board(scenario)
