# SPDX-License-Identifier: Apache-2.0
"""Limits, interlocks, thermostats and locks that a rig can't have, and what the firmware gets of those it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene_tools.boards import board_json, load_rig

Spoil = Callable[..., list[str]]

HOUSE = {"file": "rig/sim-house/rig.toml", "rig": "sim-house"}
NEVER = 'never = ["heater", "chiller"]'
NEEDS = 'output = "chiller"\nneeds = ["fan"]'


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        pytest.param("min_off_s = 30", "", "output[3].max_on_s", "could go on again the moment", id="no rest"),
        pytest.param("min_on_s = 60", "min_on_s = 4000", "output[1].min_on_s", "should run for 4000 s", id="run"),
        pytest.param("max_on_s = 5\n", "", "output[4].lock", "nothing closes bolt by itself", id="endless lock"),
        pytest.param(
            "lock = true",
            'lock = true\non_lease_loss = "hold"\nmax_s = 2',
            "output[4].on_lease_loss",
            "bolt would stay open without a host",
            id="lock that holds",
        ),
        pytest.param(NEVER, 'never = ["heater"]', "interlock[0].never", "heater alone", id="never alone"),
        pytest.param(
            NEVER,
            'never = ["heater", "chilller"]',
            "interlock[0].never",
            "the nearest is 'chiller'",
            id="unknown never",
        ),
        pytest.param(
            NEVER, 'never = ["heater", "heater"]', "interlock[0].never", "heater is named twice", id="named twice"
        ),
        pytest.param(NEVER, "", "interlock[0]", "says either never, or output and needs", id="empty interlock"),
        pytest.param(NEEDS, 'output = "fan"', "interlock[1]", "either never, or output and needs", id="needs nothing"),
        pytest.param(
            NEEDS,
            'output = "chiller"\nneeds = ["fann"]',
            "interlock[1].needs",
            "the nearest is 'fan'",
            id="no such need",
        ),
        pytest.param(
            NEEDS, 'output = "chiller"\nneeds = ["chiller"]', "interlock[1].needs", "chiller needs itself", id="circle"
        ),
        pytest.param(
            NEEDS,
            'output = "chiller"\nneeds = ["heater"]',
            "interlock[1].needs",
            "chiller goes on only with chiller and heater together",
            id="needs what it bars",
        ),
        pytest.param(
            NEEDS,
            'output = "chiller"\nneeds = ["compressor"]',
            "interlock[1].needs",
            "chiller goes on without a host, but needs compressor, which doesn't",
            id="autonomous needs one that is not",
        ),
        pytest.param("sda = 4", "sda = 6", "i2c[0].sda", "GP6 can't be SDA of I2C 0", id="wrong pin"),
        pytest.param("sda = 4", "sda = 20", "i2c[0].sda", "GP20 is already used by output.2.pin", id="pin twice"),
        pytest.param("i2c = 0\n", "i2c = 1\n", "sensor[0].i2c", "no I2C bus 1 in this rig", id="no such bus"),
        pytest.param("0x48", "0x50", "sensor[0].address", "a TMP117 can't have address 0x50", id="no such address"),
        pytest.param('sensor = "room"', 'sensor = "rom"', "thermostat[0].sensor", "the nearest is 'room'", id="sensor"),
        pytest.param(
            'output = "heater"\nmin_c',
            'output = "fan"\nmin_c',
            "thermostat[0].output",
            "fan would run without",
            id="endless",
        ),
        pytest.param(
            'output = "heater"\nmin_c',
            'output = "chiller"\nmin_c',
            "thermostat[1].output",
            "two thermostats drive chiller",
            id="one output, two masters",
        ),
        pytest.param("cutoff_c = 45", "cutoff_c = 30", "thermostat[0].cutoff_c", "normal operation, at 30.5", id="hot"),
        pytest.param(
            "cutoff_c = 5", "cutoff_c = 15.5", "thermostat[1].cutoff_c", "normal operation, at 15.5", id="cold"
        ),
        pytest.param("min_c = 5\n", "min_c = 35\n", "thermostat[0].min_c", "min_c is over max_c", id="upside down"),
    ],
)
def test_rule(spoil: Spoil, old: str, new: str, key: str, words: str) -> None:
    [line] = spoil(old, new, **HOUSE)
    assert words in line
    place = line.split(" — ")[1]
    assert place.startswith("boards/rig/sim-house/rig.toml:")
    assert place.endswith(f", {key}")


def test_a_longer_circle(spoil: Spoil) -> None:
    lines = spoil(NEEDS, f'{NEEDS}\n\n[[interlock]]\noutput = "fan"\nneeds = ["chiller"]', **HOUSE)
    assert [line.split(" — ")[0] for line in lines] == [
        "chiller needs itself, so it could never go on",
        "fan needs itself, so it could never go on",
    ]


def test_what_is_not_declared_costs_the_board_nothing() -> None:
    outputs = {output["name"]: output for output in board_json(load_rig("sim-house"))["outputs"]}
    assert set(outputs["fan"]) == {"name", "pin", "safe", "guarded", "on_lease_loss", "max_s"}
    assert outputs["bolt"]["lock"] is True
    assert outputs["compressor"]["max_on_ms"] == 600_000


def test_seconds_and_degrees_become_whole_thousandths(own: Path) -> None:
    """A chip's floats may be single: what is exact travels as an integer."""
    file = own / "rig/sim-house/rig.toml"
    text = file.read_text().replace("max_on_s = 5\n", "max_on_s = 2.05\n").replace("min_c = 5\n", "min_c = 5.15\n")
    file.write_text(text)
    config = board_json(load_rig(own / "rig/sim-house"))
    assert config["outputs"][4]["max_on_ms"] == 2050
    assert config["thermostats"][0] == {
        "name": "warmth",
        "sensor": "room",
        "output": "heater",
        "mode": "heat",
        "min_mc": 5150,
        "max_mc": 30_000,
        "hysteresis_mc": 500,
        "cutoff_mc": 45_000,
    }
    assert all(type(config["thermostats"][0][key]) is int for key in ("min_mc", "max_mc", "hysteresis_mc", "cutoff_mc"))
