# SPDX-License-Identifier: Apache-2.0
"""An inventory says which rigs there are; what is wrong with it is told with its place and its cure."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from phosphene.errors import ConfigError
from phosphene_hil.inventory import Bench
from phosphene_hil.labgrid.place import Lent
from phosphene_tools.boards.problems import InvalidBoardFile


def written(folder: Path, text: str) -> Path:
    path = folder / "bench.toml"
    path.write_text(dedent(text), encoding="utf-8")
    return path


def test_a_rig_is_found_by_the_benchs_own_name_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "left.arm").write_bytes(bytes(32))
    text = """
        [labgrid]
        coordinator = "rack:20408"
        python = "env/bin/python"

        [[rig]]
        name = "left"
        rig = "laptop-pico"
        port = "id:E6616408"
        repl = "/dev/ttyACM0"
        arm_key = "keys/left.arm"
        power = { kind = "uhubctl", hub = "1-1", port = 2 }
        instrument = { port = "id:E6617777" }

        [[rig]]
        name = "right"
        rig = "laptop-pico"
        place = "rack-right"
        """
    bench = Bench.load(written(tmp_path, text))
    left = bench.named("left")
    assert bench.wired("left").name == "laptop-pico"
    assert bench.key("left", "arm_key") == tmp_path / "keys" / "left.arm"
    assert bench.key("left", "unlock_key") is None
    assert left.power == {"kind": "uhubctl", "hub": "1-1", "port": 2}
    assert left.instrument == {"port": "id:E6617777"}
    assert bench.lent("left") is None
    assert bench.lent("right") == Lent("rack-right", "rack:20408", str(tmp_path / "env" / "bin" / "python"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[rig]]\nname = "a"\nrig = "laptop-picco"', "no rig 'laptop-picco'; the nearest is 'laptop-pico'"),
        ('[[rig]]\nname = "a"\nrig = "sim"\nplaec = "x"', "unknown key 'plaec'; the nearest is 'place'"),
        ('[[rig]]\nname = "a"\nrig = "sim"\nplace = "x"', "a place needs the table [labgrid]"),
        ('[[rig]]\nname = "a"\nrig = "sim"\narm_key = "a.key"', "there is no key file"),
        ('[[rig]]\nname = "a"\nport = "/dev/ttyACM0"', "missing key 'rig'"),
        (
            '[[rig]]\nname = "a"\nrig = "sim"\nport = "id:1"\n[[rig]]\nname = "b"\nrig = "sim"\nport = "id:1"',
            "port id:1 is that of rig 'a' already",
        ),
        (
            '[labgrid]\ncoordinator = "r:1"\npython = "p"\n[[rig]]\nname = "a"\nrig = "sim"\nplace = "x"\nport = "y"',
            "a rig has a port or a place, not both",
        ),
        (
            '[labgrid]\ncoordinator = "rack"\npython = "python"\n[[rig]]\nname = "a"\nrig = "sim"',
            "expected text to match pattern",
        ),
        ('[[rig]]\nname = "a"\nrig = "sim"\n[[rig]]\nname = "a"\nrig = "sim"', "two rigs are called 'a'"),
        ("", "missing key 'rig'"),
        ("[rig", "not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InvalidBoardFile) as error:
        Bench.load(path)
    (problem,) = error.value.problems
    assert told in problem.message
    assert problem.place.startswith(str(path))
    assert problem.cure


def test_a_name_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    bench = Bench.load(
        written(tmp_path, '[[rig]]\nname = "left"\nrig = "sim"\n[[rig]]\nname = "right"\nrig = "sim-bench"')
    )
    with pytest.raises(ConfigError, match="the bench has no rig 'lfet'; the nearest is 'left'"):
        bench.named("lfet")
