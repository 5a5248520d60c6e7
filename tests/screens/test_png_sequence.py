# SPDX-License-Identifier: Apache-2.0
"""Numbered pictures: what is kept, what goes, what is never touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phosphene.screens.errors import ScreenError
from phosphene.screens.png_sequence import PngSequence
from tests.screens.scripted import picture


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_pictures_are_numbered_and_whole(tmp_path: Path) -> None:
    sequence = PngSequence(tmp_path / "new" / "folder")
    form = sequence.open()
    assert (form.width, form.height) == (0, 0)
    sent = [sequence.show(picture(number, 32, 24)) for number in range(3)]
    folder = tmp_path / "new" / "folder"
    assert names(folder) == ["00000000.png", "00000001.png", "00000002.png"]
    assert [path.stat().st_size for path in sorted(folder.iterdir())] == sent
    assert np.array_equal(np.asarray(Image.open(folder / "00000001.png")), picture(1, 32, 24))


def test_the_same_picture_is_written_once_and_black_ends_it(tmp_path: Path) -> None:
    sequence = PngSequence(tmp_path)
    sequence.open()
    assert sequence.show(picture(1)) > 0
    assert sequence.show(picture(1)) == 0
    assert sequence.show(picture(1), whole=True) == 0
    sequence.blank()
    sequence.blank()
    assert names(tmp_path) == ["00000000.png", "00000001.png"]
    assert not np.asarray(Image.open(tmp_path / "00000001.png")).any()


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    (tmp_path / "holiday.png").write_bytes(b"mine")
    (tmp_path / "123.png").write_bytes(b"mine, too")
    first = PngSequence(tmp_path, most=3)
    first.open()
    for number in range(5):
        first.show(picture(number))
    first.close()
    assert names(tmp_path) == ["00000002.png", "00000003.png", "00000004.png", "123.png", "holiday.png"]
    # The next program goes on from there, and its cap holds for what it finds.
    then = PngSequence(tmp_path, most=2)
    then.open()
    then.show(picture(9))
    assert names(tmp_path) == ["00000004.png", "00000005.png", "123.png", "holiday.png"]


def test_the_oldest_go_when_they_take_too_much_room(tmp_path: Path) -> None:
    one = PngSequence(tmp_path / "one")
    one.open()
    size = one.show(picture(0, 64, 48))
    sequence = PngSequence(tmp_path / "all", most_bytes=2 * size + size // 2)
    sequence.open()
    for number in range(6):
        sequence.show(picture(number, 64, 48))
    assert names(tmp_path / "all") == ["00000004.png", "00000005.png"]
    tight = PngSequence(tmp_path / "tight", most_bytes=1)
    tight.open()
    for number in range(2):
        tight.show(picture(number, 64, 48))
    assert names(tmp_path / "tight") == ["00000001.png"]  # the newest stays, whatever it takes


def test_a_folder_that_can_t_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ScreenError, match=r"can't be written here: .*file/pictures"):
        PngSequence(tmp_path / "file" / "pictures").open()


def test_a_folder_that_vanishes_is_an_error_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    sequence = PngSequence(folder)
    sequence.open()
    folder.rmdir()
    with pytest.raises(ScreenError, match="gone"):
        sequence.check()
    with pytest.raises(ScreenError, match="No such file"):
        sequence.show(picture(1))
    sequence.open()
    assert sequence.show(picture(1)) > 0
    assert names(folder) == ["00000000.png"]
