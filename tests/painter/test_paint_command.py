# SPDX-License-Identifier: Apache-2.0
"""`phosphene paint`: scene files with clear errors, contact sheets and strips."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from phosphene.errors import ConfigError, PhospheneError
from phosphene.painter.charset import SceneError
from phosphene.painter.scene import Grade, Hand, Intent
from phosphene_tools.commands import paint
from phosphene_tools.painter.scene_file import read_scene
from phosphene_tools.painter.sheet import BETWEEN, check_size, contact_sheet, write_sheet, write_strip

GOOD = """
title = "Oven"
icon = "heat"
intent = "confirm"
seed = 4

[context]
distance_cm = 80
hand = "left"

[[facts]]
key = "oven.is"
value = "182"
unit = "°C"
level = 0.7
grade = "overlay"

[[choices]]
key = "oven.off"
text = "Off"
main = true
fact = "oven.is"
"""


def written(folder: Path, text: str, name: str = "scene.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> tuple[int, str, BaseException | None]:
    app = typer.Typer(pretty_exceptions_enable=False)
    paint.register(app)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output, result.exception


class TestSceneFile:
    def test_toml_and_json_say_the_same(self, tmp_path: Path) -> None:
        import tomllib

        scene = read_scene(written(tmp_path, GOOD))
        as_json = written(tmp_path, json.dumps(tomllib.loads(GOOD)), "scene.json")
        assert read_scene(as_json) == scene
        assert scene.intent is Intent.CONFIRM
        assert scene.context.hand is Hand.LEFT
        assert scene.facts[0].shown == "182°C"
        assert scene.facts[0].grade is Grade.OVERLAY
        assert scene.choices[0].main

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (GOOD.replace("unit =", "units ="), "facts.0.units: no such key; did you mean unit?"),
            (GOOD.replace("distance_cm", "distance"), "context.distance"),
            (GOOD.replace('"confirm"', '"shout"'), "intent"),
            (GOOD.replace("level = 0.7", 'level = "much"'), "facts.0.level"),
            (GOOD.replace("[[facts]]", "[facts]"), "facts"),
            (GOOD.replace('key = "oven.is"\n', ""), "facts.0.key"),
            (GOOD.replace("main = true", 'main = "yes"'), "choices.0.main"),
            (GOOD.replace("level = 0.7", "on = 1"), "facts.0.on"),
            (GOOD.replace("level = 0.7", "age_s = true"), "facts.0.age_s"),
            (GOOD.replace('"182"', "182"), "facts.0.value"),
            (GOOD.replace('"182"', "2026-11-22"), "facts.0.value"),
            ("title = ", "not TOML"),
            ("colour = 3", "colour: no such key"),
        ],
    )
    def test_a_wrong_file_is_told_by_key(self, tmp_path: Path, text: str, says: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read_scene(written(tmp_path, text))
        assert says in str(caught.value)
        assert "scene.toml" in str(caught.value)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (GOOD.replace('"182"', '""'), "empty"),
            (GOOD.replace('"182"', f'"{"9" * 25}"'), "25 characters"),
            (GOOD.replace('"182"', '"1\\u00002"'), "U+0000"),
            (GOOD.replace('"182"', '"十"'), "U+5341"),
            (GOOD.replace("level = 0.7", "level = 1.7"), "level is 1.7"),
            (GOOD.replace("level = 0.7", "level = nan"), "level is nan"),
            (GOOD.replace("distance_cm = 80", "distance_cm = inf"), "distance_cm is inf"),
            (GOOD.replace('fact = "oven.is"', 'fact = "oven.was"'), "oven.was"),
            ("seed = 1\nfacts = []", "nothing to show"),
            ("", "nothing to show"),
        ],
    )
    def test_what_can_t_be_shown_is_a_scene_error(self, tmp_path: Path, text: str, says: str) -> None:
        with pytest.raises(SceneError) as caught:
            read_scene(written(tmp_path, text))
        assert says in str(caught.value)
        assert "scene.toml" in str(caught.value)

    def test_a_title_is_enough_and_a_byte_order_mark_does_no_harm(self, tmp_path: Path) -> None:
        scene = read_scene(written(tmp_path, '\ufefftitle = "Ready"'))
        assert (scene.title, scene.facts) == ("Ready", ())

    def test_a_key_said_twice_is_refused_and_not_half_taken(self, tmp_path: Path) -> None:
        text = '{"facts": [{"key": "a", "value": "1", "value": "2"}]}'
        with pytest.raises(ConfigError, match="'value' stands twice"):
            read_scene(written(tmp_path, text, "scene.json"))

    def test_missing_foreign_and_broken_files_are_named(self, tmp_path: Path) -> None:
        for path in (
            tmp_path / "none.toml",
            written(tmp_path, "{", "broken.json"),
            written(tmp_path, "[1]", "list.json"),
            written(tmp_path, "[" * 100_000, "deep.json"),
            written(tmp_path, GOOD, "scene.yaml"),
        ):
            with pytest.raises(ConfigError, match=path.name):
                read_scene(path)
        (tmp_path / "folder.toml").mkdir()
        with pytest.raises(ConfigError, match="a scene is a file"):
            read_scene(tmp_path / "folder.toml")
        (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(ConfigError, match="bytes"):
            read_scene(tmp_path / "bytes.toml")


class TestSheet:
    rows = [[np.full((120, 160, 3), shade, np.uint8) for shade in (0, 100, 250)] for _ in range(2)]

    def test_frames_stand_in_rows_and_columns_untouched(self) -> None:
        sheet = contact_sheet(self.rows, gap=4)
        assert sheet.shape == (2 * 124 + 4, 3 * 164 + 4, 3)
        assert (sheet[4:124, 4 + 2 * 164 : 4 + 2 * 164 + 160] == 250).all()
        assert (sheet[:4] == 128).all()

    @pytest.mark.parametrize("name", ["strip.png", "strip.gif", "strip.apng"])
    def test_a_strip_goes_through_all_looks(self, tmp_path: Path, name: str) -> None:
        write_strip(tmp_path / name, self.rows)
        with Image.open(tmp_path / name) as strip:
            assert getattr(strip, "n_frames", 1) == 3 * (1 + BETWEEN)
            assert strip.size == (2 * 166 + 6, 120 + 12)

    def test_an_ending_that_nobody_writes_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="end it in"):
            write_sheet(tmp_path / "sheet.xyz", self.rows)
        with pytest.raises(ConfigError):
            write_sheet(tmp_path / "scene.toml" / "x" / "sheet", self.rows)

    def test_a_picture_that_its_kind_of_file_can_not_hold_is_refused_before_it_is_painted(self, tmp_path: Path) -> None:
        check_size(tmp_path / "wide.png", (320, 240), 1, 256, strip=False)
        with pytest.raises(ConfigError, match="83462x252 is larger"):
            check_size(tmp_path / "wide.webp", (320, 240), 1, 256, strip=False)
        check_size(tmp_path / "wide.webp", (320, 240), 1, 50, strip=False)
        check_size(tmp_path / "wide.webp", (320, 240), 1, 256, strip=True)


class TestCommand:
    def test_the_demo_in_two_looks(self, tmp_path: Path) -> None:
        code, said, error = run("--demo", "--size", "160x120", "--seeds", "2", "--out", tmp_path / "sheet.png")
        assert code == 0, (said, error)
        with Image.open(tmp_path / "sheet.png") as sheet:
            picture = np.asarray(sheet.convert("RGB"))
        assert picture.shape[1] == 2 * 166 + 6
        # Two looks of one scene differ.
        assert (picture[6:126, 6:166] != picture[6:126, 172:332]).any()

    def test_a_scene_as_a_strip(self, tmp_path: Path) -> None:
        scene = written(tmp_path, GOOD)
        code, said, error = run("--scene", scene, "--seeds", "3", "--strip", "--out", tmp_path / "strip.png")
        assert code == 0, (said, error)
        with Image.open(tmp_path / "strip.png") as strip:
            assert getattr(strip, "n_frames", 1) == 3 * (1 + BETWEEN)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--demo", "--size", "320"),
            ("--demo", "--size", "0x240"),
            ("--demo", "--size", "321x240"),
            ("--demo", "--size", "99999x99999"),
            ("--demo", "--seeds", "0"),
            ("--demo", "--seeds", "256", "--size", "1024x768"),
            ("--demo", "--seeds", "64", "--size", "800x480", "--strip"),
            ("--demo", "--scene", "x.toml"),
            (),
        ],
    )
    def test_bad_usage_paints_nothing(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        out = tmp_path / "sheet.png"
        code, _, error = run(*arguments, "--out", out)
        assert code == 2 or isinstance(error, PhospheneError)
        assert not out.exists()
