# SPDX-License-Identifier: Apache-2.0
"""Flash outside of the file system: bits that only fall, sectors that rise, and a power cut in between."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phosphene_tools.sim.devices.nor_flash import PAGE, SECTOR, NorFlash
from tests.sim.desk import Desk, on_a_desk, until


@pytest.fixture
def region(tmp_path: Path) -> NorFlash:
    return NorFlash(tmp_path / "region.nor", 2 * SECTOR)


def write(region: NorFlash, offset: int, data: bytes) -> None:
    for step in region.program(offset, data):
        region.apply(step)


def erase(region: NorFlash, offset: int, count: int) -> None:
    for step in region.erase(offset, count):
        region.apply(step)


def test_programming_only_clears_bits(region: NorFlash) -> None:
    assert region.read(0, 2 * SECTOR) == b"\xff" * 2 * SECTOR
    write(region, 100, b"\xf0\x0f")
    write(region, 100, b"\x3c\xff")
    assert region.read(99, 4) == b"\xff\x30\x0f\xff"


def test_erasing_sets_whole_sectors_and_no_others(region: NorFlash) -> None:
    write(region, SECTOR - 2, b"\0\0\0\0")
    erase(region, 0, SECTOR)
    assert region.read(SECTOR - 2, 4) == b"\xff\xff\0\0"


def test_a_write_across_pages_is_one_step_per_page(region: NorFlash) -> None:
    steps = list(region.program(PAGE - 10, bytes(PAGE)))
    assert [(step.offset, len(step.content)) for step in steps] == [(PAGE - 10, 10), (PAGE, PAGE - 10)]


@pytest.mark.parametrize(("offset", "count"), [(-1, 1), (2 * SECTOR, 1), (SECTOR, SECTOR + 1)])
def test_outside_of_the_region_there_is_nothing(region: NorFlash, offset: int, count: int) -> None:
    with pytest.raises(OSError, match="outside"):
        region.read(offset, count)
    with pytest.raises(OSError, match="outside"):
        list(region.program(offset, bytes(count)))


@pytest.mark.parametrize(("offset", "count"), [(1, SECTOR), (0, SECTOR - 1)])
def test_half_sectors_are_not_erased(region: NorFlash, offset: int, count: int) -> None:
    with pytest.raises(OSError, match="whole sectors"):
        list(region.erase(offset, count))


def test_a_torn_page_holds_only_what_old_and_new_allow(tmp_path: Path) -> None:
    new = bytes(range(PAGE))
    complete = untouched = 0
    for seed in range(300):
        region = NorFlash(tmp_path / f"{seed}.nor", SECTOR)
        region.tear(next(region.program(0, new)), random.Random(seed))
        held = region.read(0, PAGE)
        # A bit that was to stay 1 is never 0: programming was cut short, not wrong.
        assert all(byte & wanted == wanted for byte, wanted in zip(held, new, strict=True))
        assert region.read(PAGE, SECTOR - PAGE) == b"\xff" * (SECTOR - PAGE)
        complete += held == new
        untouched += held == b"\xff" * PAGE
    assert complete + untouched < 30  # nearly all of them are truly torn


def test_a_torn_erasure_leaves_bits_that_rise_only(region: NorFlash) -> None:
    write(region, 0, bytes(SECTOR))
    region.tear(next(region.erase(0, SECTOR)), random.Random(3))
    held = region.read(0, SECTOR)
    assert held != bytes(SECTOR)
    assert held != b"\xff" * SECTOR
    assert region.read(SECTOR, 10) == b"\xff" * 10


def test_firmware_uses_it_and_it_outlives_resets(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("flash = SimFlash('journal', 8192)")
        await desk.ask("flash.erase(0, 8192)")
        await desk.ask("flash.program(250, b'0123456789')")
        assert await desk.ask("flash.read(248, 14)") == repr(b"\xff\xff0123456789\xff\xff")
        assert await desk.ask("flash.erase(8192, 4096)") == "OSError(22,)"
        assert await desk.ask("flash.program(8190, b'123')") == "OSError(22,)"
        assert await desk.ask("SimFlash('journal', 100)") == "OSError(22,)"
        assert await desk.ask("SimFlash('../escape', 4096)") == "OSError(22,)"
        await desk.board.power_cut()
        assert await desk.ask("SimFlash('journal', 8192).read(250, 4)") == "b'0123'"

    on_a_desk(tmp_path, scenario)


def test_a_long_write_passes_the_wire_whole(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("flash = SimFlash('journal', 16384)")
        await desk.ask("data = bytes(i * 7 & 255 for i in range(10000)); flash.program(0, data)")
        assert await desk.ask("flash.read(0, 10000) == data") == "True"

    on_a_desk(tmp_path, scenario)


@pytest.mark.parametrize("power", [True, False])
def test_a_power_cut_tears_a_page_and_a_reset_does_not(tmp_path: Path, power: bool) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("flash = SimFlash('journal', 65536)")
        region = desk.board.flash_dir / ".chip" / "journal.nor"
        desk.send(b"flash.program(0, bytes(65536))\n")  # a quarter of a second, page by page
        await until(lambda: not any(region.read_bytes()[:PAGE]))
        if power:
            await desk.board.power_cut()
        else:
            await desk.board.reset()
        pages = [region.read_bytes()[at : at + PAGE] for at in range(0, 65536, PAGE)]
        written = [page == bytes(PAGE) for page in pages]
        untouched = [page == b"\xff" * PAGE for page in pages]
        done = written.index(False)
        assert not any(written[done + 1 :])
        assert all(untouched[done + 1 :])
        assert 0 < done < len(pages) - 1
        assert untouched[done] != power  # by its seed this cut falls amid the page
        await desk.ask("flash = SimFlash('journal', 65536)")
        assert await desk.ask("flash.erase(0, 4096) or flash.read(0, 2)") == r"b'\xff\xff'"

    on_a_desk(tmp_path, scenario, seed=5)
