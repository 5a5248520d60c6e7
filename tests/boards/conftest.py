# SPDX-License-Identifier: Apache-2.0
"""A folder of boards of one's own, made from the shipped ones, in which tests make mistakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene_tools import places
from phosphene_tools.boards import InvalidBoardFile, load_rig

Spoil = Callable[..., list[str]]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A writable copy of boards/ in the current directory."""
    root = tmp_path / "boards"
    shutil.copytree(places.boards(), root)
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def spoil(own: Path) -> Spoil:
    """Replace text in a file and load a rig; returns the lines of the error."""

    def change(old: str, new: str, *, file: str = "rig/pi5-pico2/rig.toml", rig: str = "pi5-pico2") -> list[str]:
        path = own / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(InvalidBoardFile) as caught:
            load_rig(own / "rig" / rig)
        return str(caught.value).splitlines()

    return change
