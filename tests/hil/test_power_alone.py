# SPDX-License-Identifier: Apache-2.0
"""Instruments from a file and from an inventory; and a real board that has switches, but no bench Pico."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from pathlib import Path

import pytest

from phosphene.errors import ConfigError
from phosphene_hil.attached import AttachedBoard
from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.bench_pico.wanted import wanted
from phosphene_hil.board import MissingFeature
from phosphene_hil.power.uhubctl import HubPort
from phosphene_tools.boards import load_rig
from tests.elsewhere import board_elsewhere
from tests.hil.simulated_bench import FILE

SIM = load_rig("sim")


def test_an_inventory_may_name_a_file_or_be_one() -> None:
    named = wanted(SIM, None, {"file": str(FILE)}, {})
    given = wanted(SIM, FILE, {"nets": {"nonsense": 1}}, {})
    inline = wanted(SIM, None, {"pico": {"simulated": True}, "nets": {"led": 4}}, {})
    assert named is not None
    assert given is not None
    assert inline is not None
    assert named.file == given.file, "the command line's comes first"
    assert inline.unseen == [name for name in (*inline.outputs, "enable") if name != "led"]
    assert wanted(SIM, None, {}, {}) is None


def test_what_an_inventory_says_wrongly_names_the_key() -> None:
    with pytest.raises(ConfigError, match=r"power\.uhubctl\.port"):
        wanted(SIM, None, {}, {"kind": "uhubctl", "hub": "1-1", "port": 0})
    with pytest.raises(ConfigError, match="something beside it"):
        wanted(SIM, None, {"file": "bench.toml"}, {"kind": "none"})
    with pytest.raises(ConfigError, match="no bench Pico"):
        wanted(SIM, None, {"nets": {"led": 4}}, {})


def test_a_real_instrument_can_not_be_at_a_simulated_board() -> None:
    setup = wanted(SIM, None, {"pico": {}, "nets": {"led": 4}}, {})
    assert setup is not None
    with pytest.raises(ConfigError, match="a real instrument at a simulated board"):
        InstrumentedBoard.simulated(setup, seed=1)


def test_switches_alone_reset_and_cut(tmp_path: Path) -> None:
    """Two relays on real serial ports: what they are told, and in which order."""
    near, far = pty.openpty()
    tty.setraw(near)
    file = tmp_path / "switches.toml"
    relay = f'kind = "serial-relay"\nport = "{os.ttyname(far)}"\n'
    file.write_text(
        f'title = "two relays"\nboot_s = 0\n[power]\n{relay}normally_closed = true\n[reset]\n{relay}channel = 2\n',
        encoding="utf-8",
    )
    setup = wanted(SIM, file, {}, {})
    assert setup is not None

    async def handled(port: str) -> None:
        board = await asyncio.to_thread(InstrumentedBoard.attached, AttachedBoard.find("sim", port, None, None), setup)
        try:
            assert board.abilities >= {"reset_control"}
            assert not board.abilities & {"outside_view", "instrument", "cable"}
            await board.control.power_cut()
            await board.control.reset()
            with pytest.raises(MissingFeature, match="outside_view"):
                _ = board.outside
            with pytest.raises(MissingFeature, match="reset_causes"):
                await board.control.reset("watchdog")
        finally:
            await board.close()

    try:
        with board_elsewhere(seed=6) as port:
            asyncio.run(handled(port))
        assert os.read(near, 64) == bytes.fromhex("a00101a2 a00100a1 a00201a3 a00200a2")
    finally:
        os.close(near)
        os.close(far)


def test_a_hub_in_an_inventory_becomes_that_switch() -> None:
    setup = wanted(SIM, None, {}, {"kind": "uhubctl", "hub": "1-1.4", "port": 2})
    assert setup is not None

    async def looked() -> object:
        board = InstrumentedBoard(AttachedBoard.find("sim", "/dev/null", None, None), setup)
        try:
            return board.control.power
        finally:
            await board.close()

    assert isinstance(asyncio.run(looked()), HubPort)
