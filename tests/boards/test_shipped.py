# SPDX-License-Identifier: Apache-2.0
"""Every shipped board and rig loads, and what is written from them is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from phosphene_tools import places
from phosphene_tools.boards import DEFAULT_RIG, Catalog, board_json, load_rig
from phosphene_tools.boards.generated import generated
from phosphene_tools.boards.listing import entries

SHIPPED = Catalog([places.boards()])


@pytest.mark.parametrize("name", SHIPPED.names("rig"))
def test_rig_is_right(name: str) -> None:
    rig = load_rig(name)
    assert rig.name == name
    assert rig.path.parent.joinpath("README.md").is_file()


def test_the_promised_ones_ship() -> None:
    assert SHIPPED.names("rig") == [
        "bench-pico",
        "laptop-pico",
        "pi5-coral-pico",
        "pi5-pico2",
        "rock5b-pico2",
        "sim",
        "sim-bench",
        "sim-house",
    ]
    assert SHIPPED.names("mcu") == ["esp32-s3", "pico", "pico2", "sim"]
    assert SHIPPED.names("sbc") == ["laptop", "pi5", "pi5-coral", "rock5b"]


def test_list_has_each_board_once_and_no_problem() -> None:
    rows, error = entries(SHIPPED)
    assert error is None
    assert len(rows) == len({(row["kind"], row["name"]) for row in rows}) == 16


@pytest.mark.parametrize("path", generated(places.boards()), ids=lambda path: "/".join(path.parts[-3:]))
def test_generated_file_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated(places.boards())[path], "run: phosphene boards generate"


def test_no_generated_file_is_left_over() -> None:
    there = {path for pattern in ("**/wiring.txt", "**/*.rules", "schema/*") for path in places.boards().glob(pattern)}
    assert there == set(generated(places.boards()))


@pytest.mark.parametrize("kind", ["rig", "mcu", "sbc"])
def test_every_board_has_its_page(kind: str) -> None:
    for folder in (places.boards() / kind).iterdir():
        assert (folder / "README.md").is_file()


def test_board_json_of_the_simulated_rig() -> None:
    assert board_json(load_rig(DEFAULT_RIG)) == {
        "board": "sim",
        "line": {"kind": "uart", "id": 0, "baud": 921600, "rxbuf": 4096, "tx": 0, "rx": 1, "rts": 3, "cts": 2},
        "enable_pin": 14,
        "kick_pin": 15,
        "deadman_ms": 100,
        "lease": {"tick_ms": 500, "capture_ms": 500, "inference_ms": 500},
        "outputs": [
            {"name": "led", "pin": 25, "safe": 0, "guarded": False, "on_lease_loss": "autonomous", "max_s": 0},
            {"name": "pump", "pin": 18, "safe": 0, "guarded": True, "on_lease_loss": "safe", "max_s": 0},
            {"name": "heater", "pin": 19, "safe": 0, "guarded": True, "on_lease_loss": "safe", "max_s": 0},
            {"name": "fan", "pin": 20, "safe": 0, "guarded": False, "on_lease_loss": "safe", "max_s": 0},
            {"name": "valve", "pin": 21, "safe": 0, "guarded": False, "on_lease_loss": "hold", "max_s": 2},
            {"name": "radiator", "pin": 22, "safe": 0, "guarded": False, "on_lease_loss": "autonomous", "max_s": 0}
            | {"max_on_ms": 1_800_000, "min_off_ms": 1000},
            {"name": "door", "pin": 13, "safe": 0, "guarded": False, "on_lease_loss": "safe", "max_s": 0}
            | {"max_on_ms": 5000, "min_off_ms": 1000, "lock": True},
        ],
        "inputs": [
            {"name": "button", "pin": 16, "pull": "up"},
            {"name": "flow", "pin": 17, "pull": "up"},
            {"name": "meter", "pin": 9, "pull": "up"},
        ],
        "shift_register": {"data": 10, "clock": 11, "latch": 12},
        "i2c": [{"id": 0, "sda": 4, "scl": 5, "freq": 400_000}],
        "sensors": [{"name": "room", "kind": "tmp117", "i2c": 0, "address": 0x48}],
        "thermostats": [
            {"name": "heat", "sensor": "room", "output": "radiator", "mode": "heat"}
            | {"min_mc": 5000, "max_mc": 30_000, "hysteresis_mc": 500, "cutoff_mc": 45_000}
        ],
        "dispenser": {"pump": "pump", "flow": "flow", "pulses_per_litre": 5000, "max_hz": 200},
        "privacy": {"camera_light": 6, "microphone_light": 7, "mute_switch": 8, "mute_level": 0},
    }


def test_board_json_over_usb_names_no_pins() -> None:
    assert board_json(load_rig("laptop-pico"))["line"] == {"kind": "usb"}


def test_simulated_board_is_a_pico() -> None:
    """What runs on the simulator must fit a Pico: the same pins, the same heap."""
    sim, pico = SHIPPED.mcu("sim"), SHIPPED.mcu("pico")
    assert (sim.pins, sim.reserved, sim.heap_kib, sim.io_volts) == (
        pico.pins,
        pico.reserved,
        pico.heap_kib,
        pico.io_volts,
    )
    assert [uart.model_dump() for uart in sim.uarts] == [uart.model_dump() for uart in pico.uarts]
