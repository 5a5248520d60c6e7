# SPDX-License-Identifier: Apache-2.0
"""The filter language: what each word lets through, and what a wrong word is told."""

from __future__ import annotations

import pytest

from phosphene_tools.monitor.entry import Grade, note
from phosphene_tools.monitor.filter import HELP, Filter, FilterError
from tests.monitor.spoken import IN, MS, Spoken


@pytest.fixture(scope="module")
def line() -> Spoken:
    """Rows: two calls with answers (1 ms and 9 ms), a refusal, a bad frame, an event, a note."""
    line = Spoken()
    line.call(1, "gpio.read", name="led")
    line.result(1, "gpio.read", level=True)
    line.call(2, "exact.integer", a=1, op="+", b=2)
    line.step_ns = 9 * MS
    line.result(2, "exact.integer", value=3, remainder=0)
    line.call(3, "gpio.write", output="pump", level=True)
    line.put(IN, 0x84, 3, b"\7no")
    line.put(IN, 0x83, 4, spoil=lambda raw: raw[:-2] + b"\0")
    line.event(1, "gpio.watch", 0, b"\1\0x\1\0\0\0\0")
    line.rows.append(note(line.now_ns, line.names, "down", Grade.ERROR))
    return line


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("gpio.*", [0, 1, 4, 5, 7, 8]),
        ("gpio.read", [0, 1, 8]),
        ("exact.*,gpio.watch", [2, 3, 7, 8]),
        ("in", [1, 3, 5, 6, 7, 8]),
        ("out", [0, 2, 4, 8]),
        ("!in", [0, 2, 4, 8]),
        ("call,result", [0, 1, 2, 3, 4, 8]),
        ("CALL", [0, 2, 4, 8]),
        ("!call,result", [5, 6, 7, 8]),
        ("bad", [6, 8]),
        ("errors", [5, 6, 8]),
        ("errors in", [5, 6, 8]),
        ("latency>5ms", [3, 5, 8]),
        ("latency<=1000us", [1, 8]),
        ("latency>=0.009s gpio.*", [5, 8]),
        ("gpio.*  !refusal\tin", [1, 7, 8]),
        ("note", [8]),
        ("!note", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("gpio.* !note", [0, 1, 4, 5, 7]),
    ],
)
def test_what_each_word_lets_through(line: Spoken, expression: str, shown: list[int]) -> None:
    test = Filter(expression)
    assert [number for number, row in enumerate(line.rows) if test(row)] == shown


@pytest.mark.parametrize(
    ("expression", "named", "cure"),
    [
        ("resul", "'resul'", "did you mean result?"),
        ("erors", "'erors'", "did you mean errors?"),
        ("call,resul", "'resul' in 'call,resul'", "did you mean result?"),
        ("gpio", "'gpio'", "gpio.*"),
        ("latency>5", "'latency>5'", "latency>5ms"),
        ("latency=5ms", "'latency=5ms'", "latency>5ms"),
        ("!", "''", "dot or a star"),
        ("gpio.* what", "'what'", "dot or a star"),
    ],
)
def test_a_wrong_word_is_named_with_its_cure(expression: str, named: str, cure: str) -> None:
    with pytest.raises(FilterError) as error:
        Filter(expression)
    assert named in error.value.message
    assert cure in error.value.cure


def test_every_example_of_the_help_is_a_filter() -> None:
    for text in HELP.splitlines():
        for word in text.split("  ")[0].split():
            if word != "!word":
                Filter(word)
