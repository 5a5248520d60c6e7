# SPDX-License-Identifier: Apache-2.0
"""Text in widths: values whole, labels wrapped, then abbreviated."""

from __future__ import annotations

import pytest

from phosphene.painter.abbreviation import label_lines
from phosphene.painter.fit import Line, value_lines


def test_a_value_is_whole_or_not_there() -> None:
    assert value_lines("12345", 5) == (Line(0, "12345"),)
    assert value_lines("12345", 4) is None


def test_a_space_inside_a_number_is_no_place_to_break() -> None:
    assert value_lines("1 013.25 hPa", 8) == (Line(0, "1 013.25"), Line(9, "hPa"))
    assert value_lines("1 013.25", 7) is None


@pytest.mark.parametrize("columns", range(1, 30))
def test_lines_of_a_value_hold_all_of_it(columns: int) -> None:
    text = "Tuesday 14 March 2026 at 9"
    lines = value_lines(text, columns, 9)
    if lines is not None:
        assert all(len(line.text) <= columns and text[line.start :].startswith(line.text) for line in lines)
        assert " ".join(line.text for line in lines) == text
    assert (lines is None) == (columns < len("Tuesday"))


def test_a_label_is_wrapped_at_words() -> None:
    assert label_lines("Outside temperature", 11) == (Line(0, "Outside"), Line(8, "temperature"))
