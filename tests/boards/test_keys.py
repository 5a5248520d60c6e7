# SPDX-License-Identifier: Apache-2.0
"""Mistakes in the keys and values of one file: path, line, key, what was expected, the nearest valid name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene_tools.boards import InvalidBoardFile, load_rig

Spoil = Callable[..., list[str]]

RIG = "boards/rig/pi5-pico2/rig.toml"


def test_misspelt_key_is_one_problem(spoil: Spoil) -> None:
    assert spoil("tx = 0", "txx = 0") == [
        f"unknown key 'txx'; the nearest is 'tx' — {RIG}:13, line.txx — rename it, or remove it"
    ]


def test_unknown_key_with_nothing_like_it(spoil: Spoil) -> None:
    [line] = spoil("dead_man_ms = 100", "zzz = 1\ndead_man_ms = 40")
    assert line.startswith("unknown key 'zzz'; expected one of pin, kick_pin, dead_man, dead_man_ms, pull_ohm — ")


def test_missing_key_says_what_it_is(spoil: Spoil) -> None:
    [line] = spoil('mcu = "pico2"\n', "")
    assert line.startswith(f"missing key 'mcu' — {RIG}, mcu — add it: The micro-controller, by the name")


def test_wrong_type_is_not_converted(spoil: Spoil) -> None:
    [line] = spoil("pin = 18", 'pin = "18"')
    assert line.startswith(f"expected a valid integer, found '18' — {RIG}:34, output[1].pin — ")


def test_out_of_range(spoil: Spoil) -> None:
    [line] = spoil("dead_man_ms = 100", "dead_man_ms = 5")
    assert "greater than or equal to 40, found 5" in line
    assert "enable.dead_man_ms" in line


def test_choice_names_the_nearest(spoil: Spoil) -> None:
    [line] = spoil('on_lease_loss = "hold"', 'on_lease_loss = "holds"')
    assert "expected 'safe', 'hold' or 'autonomous', found 'holds'; the nearest is 'hold'" in line
    assert "output[4].on_lease_loss" in line


def test_kind_of_line(spoil: Spoil) -> None:
    [line] = spoil('kind = "uart"', 'kind = "uat"')
    assert line.startswith(
        f"expected one of 'uart', 'usb', found 'uat'; the nearest is 'uart' — {RIG}:10, line.kind — "
    )


def test_missing_kind_of_line(spoil: Spoil) -> None:
    [line] = spoil('kind = "uart"\n', "")
    assert "missing key 'kind'" in line


def test_every_problem_is_told_at_once(spoil: Spoil) -> None:
    lines = spoil("pin = 18\nguarded = true", 'pin = "x"\nguarded = 3\nextra = 1')
    assert len(lines) == 3
    assert [line.split(" — ")[1].split(", ")[1] for line in lines] == [
        "output[1].pin",
        "output[1].guarded",
        "output[1].extra",
    ]


def test_wrong_usb_id(spoil: Spoil) -> None:
    [line] = spoil('vendor = "2e8a"', 'vendor = "0x2E8A"', file="mcu/pico2/board.toml")
    assert "usb.vendor" in line
    assert "four hex digits" in line


def test_unknown_board_names_the_nearest(spoil: Spoil) -> None:
    [line] = spoil('mcu = "pico2"', 'mcu = "picco2"')
    assert line.startswith(f"no mcu 'picco2'; the nearest is 'pico2' — {RIG}:7, mcu — there are: ")


def test_broken_toml_names_its_line(spoil: Spoil) -> None:
    [line] = spoil("tx = 0", "tx = ")
    assert line.startswith("not TOML: ")
    assert "line 13" in line
    assert RIG in line


def test_not_utf8(own: Path) -> None:
    (own / "rig/sim/rig.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(InvalidBoardFile, match="byte 9 is not UTF-8"):
        load_rig(own / "rig/sim")


@pytest.mark.parametrize("name", ["pi5-pico3", "nothing-like-it"])
def test_unknown_rig(name: str) -> None:
    with pytest.raises(InvalidBoardFile) as caught:
        load_rig(name)
    hint = "the nearest is 'pi5-pico2'" if name == "pi5-pico3" else "there are: bench-pico, "
    assert f"no rig {name!r}; {hint}" in str(caught.value)


def test_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidBoardFile, match=r"No such file or directory — .*rig\.toml — check the path"):
        load_rig(tmp_path)
