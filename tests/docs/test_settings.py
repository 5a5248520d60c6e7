# SPDX-License-Identifier: Apache-2.0
"""The TOML and JSON of the pages is what the tools read: boards, rigs, scenes and the like, each by its own loader."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from phosphene.painter.scene import Scene
from phosphene_hil.bench_pico.instrument_file import Instrument
from phosphene_hil.inventory import Inventory
from phosphene_tools.boards import load_rig
from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.problems import InvalidBoardFile
from phosphene_tools.boards.sbc import Sbc
from phosphene_tools.boards.table import Table
from phosphene_tools.boards.wiring import Wiring
from phosphene_tools.painter.scene_file import read_scene
from tests.docs.pages import Fence, fences

_SCENE = {field.name for field in fields(Scene)}
_KINDS: tuple[type[Table], ...] = (Wiring, Sbc, Mcu, Inventory, Instrument)


@pytest.mark.parametrize("block", fences("toml", "json"), ids=lambda block: block.place)
def test_it_is_what_the_tools_read(block: Fence, tmp_path: Path) -> None:
    content = tomllib.loads(block.content) if block.language == "toml" else a_part(block.content)
    path = tmp_path / f"settings.{block.language}"
    path.write_text(block.content, encoding="utf-8")
    (loader,) = [load for fits, load in LOADERS if fits(content)][:1] or [a_part_of_a_board]
    loader(content, path)


def a_part(text: str) -> dict[str, Any]:
    """Read JSON; a part of an object may stand without its braces."""
    return json.loads(text if text.lstrip().startswith("{") else f"{{{text}}}")


def a_part_of_a_board(content: dict[str, Any], _: Path) -> None:
    """One of the kinds of board file has all of it; what else such a file needs may be missing."""
    said = {kind.__name__: problems(kind, content) for kind in _KINDS}
    assert any(not found for found in said.values()), said


def problems(kind: type[Table], content: dict[str, Any]) -> list[str]:
    """Return what is wrong with a part of a file, but for what is missing beside it."""
    try:
        kind.model_validate(content)
    except ValidationError as error:
        left_out = [(found["type"], len(found["loc"])) == ("missing", 1) for found in error.errors()]
        return [str(found) for found, out in zip(error.errors(), left_out, strict=True) if not out]
    return []


def a_rig(_: dict[str, Any], path: Path) -> None:
    """A whole rig is checked whole; one that the page itself shows to be wrong is right but for one line."""
    rig = path.parent / "rig" / "shown" / "rig.toml"
    rig.parent.mkdir(parents=True)
    path.rename(rig)
    wrong: list[object] = []
    try:
        load_rig(rig.parent)
    except InvalidBoardFile as error:
        wrong += error.problems
    assert len(wrong) <= 1


def a_scene(_: dict[str, Any], path: Path) -> None:
    """A scene that can be shown."""
    read_scene(path)


LOADERS: list[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any], Path], None]]] = [
    (lambda content: {"sbc", "mcu"} <= content.keys(), a_rig),
    (lambda content: "facts" in content and content.keys() <= _SCENE, a_scene),
]
