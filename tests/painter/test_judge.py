# SPDX-License-Identifier: Apache-2.0
"""The verdict on a frame: wrong numbers are seen, and a judge's misreadings are not taken for ours."""

from __future__ import annotations

import dataclasses
import importlib.util
import shutil

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.composite import frame
from phosphene.painter.grid import build
from phosphene.painter.palette import palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Ink, Role, Style, TextRun
from phosphene.painter.scene import Context
from phosphene_tools.painter.judge import Judge, Line, RapidOcr, Tesseract
from phosphene_tools.painter.numbers_read import numbers, says_the_same, unexpected
from phosphene_tools.painter.verdict import judged, same_pixels

Frame = NDArray[np.uint8]

VALUE = TextRun(Role.VALUE, "room.is", "−21.40", 4, 6, 3, Ink.MAIN)
LABEL = TextRun(Role.LABEL, "room.is", "Room", 4, 2, 2, Ink.MUTED)
PAGE = Arrangement(Panel(320, 240), Style(), (LABEL, VALUE), ())


def picture(arrangement: Arrangement = PAGE) -> Frame:
    atlas = Atlas.load()
    weights = np.zeros((15, 20, 2), np.float32)
    return frame(build(arrangement, palette(arrangement.style, Context()), weights, atlas), atlas)


def showing(text: str) -> Frame:
    return picture(dataclasses.replace(PAGE, runs=(LABEL, dataclasses.replace(VALUE, text=text))))


class Scripted:
    """Says at each scale what it is told to; the box is the value's."""

    name = "scripted"

    def __init__(self, *said: str) -> None:
        self._said = list(said)

    def read(self, frame: Frame, scale: float) -> list[Line]:
        text = self._said.pop(0) if len(self._said) > 1 else self._said[0]
        return [Line(text, (32, 50, 176, 92))] if text else []


class TestNumbers:
    def test_spaces_inside_a_number_don_t_matter(self) -> None:
        assert not unexpected("1271.60 €", ["1 271.60 €"])
        assert not unexpected("1 271.60", ["1271.60"])

    def test_two_strings_read_as_one_are_right(self) -> None:
        assert not unexpected("12.5 ml 3/4", ["12.5 ml", "3/4"])

    @pytest.mark.parametrize("read", ["21.40", "-21.4", "-2140", "-21.48", "-21.40 7", "−121.40"])
    def test_a_sign_point_or_digit_that_differs_is_unexpected(self, read: str) -> None:
        assert unexpected(read, ["−21.40"])

    def test_dashes_and_superscripts_are_folded(self) -> None:
        assert numbers("−3.9") == numbers("-3.9") == {"-3.9"}
        assert not unexpected("8 m3", ["8 m³"])

    def test_digits_must_come_in_order_and_complete(self) -> None:
        assert says_the_same("- 21.40", ["−21.40"])
        assert not says_the_same("-21.04", ["−21.40"])
        assert not says_the_same("-21.4", ["−21.40"])


class TestVerdict:
    def test_what_is_read_as_it_stands_is_right(self) -> None:
        verdict = judged(picture(), picture(), PAGE, Scripted("−21.40"), Scripted(""))
        assert (verdict.wrong, verdict.misread) == ((), 0)

    def test_a_second_look_at_another_scale_clears_a_misreading(self) -> None:
        verdict = judged(picture(), picture(), PAGE, Scripted("21.40", "-21.40"), Scripted(""))
        assert (verdict.wrong, verdict.other_scale) == ((), 1)

    def test_the_second_judge_clears_a_misreading(self) -> None:
        verdict = judged(picture(), picture(), PAGE, Scripted("21.48"), Scripted("-21.40"))
        assert (verdict.wrong, verdict.other_judge) == ((), 1)

    def test_pixels_clear_what_all_judges_misread(self) -> None:
        verdict = judged(picture(), picture(), PAGE, Scripted("21.48"), Scripted("21.48"))
        assert (verdict.wrong, verdict.same_pixels) == ((), 1)

    @pytest.mark.parametrize("shown", ["−21.48", "−27.40", "−21 40", " 21.40", "+21.40"])
    def test_a_wrong_frame_is_wrong_though_judges_waver(self, shown: str) -> None:
        verdict = judged(showing(shown), picture(), PAGE, Scripted(shown), Scripted("?"))
        assert len(verdict.wrong) == 1

    def test_a_number_where_nothing_stands_is_wrong(self) -> None:
        stray = dataclasses.replace(PAGE, runs=(*PAGE.runs, TextRun(Role.VALUE, "x", "7", 30, 24, 2, Ink.MAIN)))

        class Sees(Scripted):
            def read(self, frame: Frame, scale: float) -> list[Line]:
                return [Line("7", (240, 192, 256, 224))]

        verdict = judged(picture(stray), picture(), PAGE, Sees("7"), Scripted(""))
        assert [line.text for line in verdict.wrong] == ["7"]

    def test_noise_is_the_same_picture_and_a_lost_point_is_not(self) -> None:
        exact = picture()
        noise = np.random.default_rng(0).integers(-12, 13, exact.shape)
        assert same_pixels(np.clip(exact + noise, 0, 255).astype(np.uint8), exact)
        assert not same_pixels(showing("−21 40"), exact)


@pytest.mark.skipif(importlib.util.find_spec("rapidocr_onnxruntime") is None, reason="RapidOCR: pip install .[report]")
def test_rapidocr_sees_the_whole_frame_and_a_wrong_digit() -> None:
    first, second = RapidOcr(), Scripted("")
    assert not judged(picture(), picture(), PAGE, first, second).wrong
    assert judged(showing("−24.40"), picture(), PAGE, first, second).wrong


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract: apt install tesseract-ocr")
def test_tesseract_reads_lines_with_their_boxes() -> None:
    judge: Judge = Tesseract()
    lines = judge.read(picture(), 4)
    value = next(line for line in lines if "21.40" in line.text)
    left, top, right, bottom = value.box
    assert 24 <= left <= 64
    assert 40 <= top <= 70
    assert right <= 4 * 8 + 6 * 24 + 4
    assert bottom <= 100
