# SPDX-License-Identifier: Apache-2.0
"""Sensors that the bench Pico plays as an I2C target: the board's own drivers read them over the wires."""

from __future__ import annotations

from pathlib import Path

import pytest

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.bench_pico.instrument_file import load_setup
from phosphene_hil.instrument import NotWired
from phosphene_tools import places
from phosphene_tools.boards import load_rig
from tests.hil.simulated_bench import FILE, bench, setup

pytestmark = pytest.mark.timeout(300)  # against hanging only: two boards and much that is waited for


async def celsius(mcu: Coprocessor, sensor: str) -> float:
    return float((await (await mcu.start("temperature.read", sensor=sensor)).result()).celsius)


def test_a_played_tmp117_is_read_and_unplugged() -> None:
    with bench(setup()) as pair:

        async def read(_: Link, mcu: Coprocessor) -> None:
            for wanted in (21.0, -40.5, 125.25, 0.0):
                pair.board.instrument.temperature("room", wanted)
                assert await celsius(mcu, "room") == pytest.approx(wanted, abs=1 / 256)
            pair.board.instrument.plug("room", plugged=False)
            with pytest.raises(LineError, match="room"):
                await celsius(mcu, "room")
            pair.board.instrument.plug("room", plugged=True)
            assert await celsius(mcu, "room") == pytest.approx(0.0, abs=1 / 256)
            with pytest.raises(NotWired, match="the air at room"):
                pair.board.instrument.air("room", 1000, 50)

        pair.run(read)


def test_a_played_bme280_is_set_up_and_read(tmp_path: Path) -> None:
    """A rig whose only sensor on the bus is a BME280: registers one byte wide, which follow each other."""
    folder = tmp_path / "rig" / "airy"
    folder.mkdir(parents=True)
    plan = (places.boards() / "rig" / "sim" / "rig.toml").read_text(encoding="utf-8")
    plan = plan.replace('kind = "tmp117"', 'kind = "bme280"').replace("address = 0x48", "address = 0x76")
    (folder / "rig.toml").write_text(plan, encoding="utf-8")
    with bench(load_setup(FILE, load_rig(folder))) as pair:

        async def read(_: Link, mcu: Coprocessor) -> None:
            pair.board.instrument.temperature("room", 18.5)
            pair.board.instrument.air("room", 987.5, 61.0)
            assert await celsius(mcu, "room") == pytest.approx(18.5, abs=0.02)
            air = await (await mcu.start("temperature.air", sensor="room")).result()
            assert float(air.hectopascals) == pytest.approx(987.5, abs=0.5)
            assert float(air.percent) == pytest.approx(61.0, abs=0.5)

        pair.run(read)
