# SPDX-License-Identifier: Apache-2.0
"""Calls as they are typed: reading, errors, completion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from phosphene.errors import BadArgument, OutOfRange, UnknownTask
from phosphene_tools.monitor.completion import CallCompleter
from phosphene_tools.monitor.hand import read, words
from tests.monitor.spoken import dictionary


def test_values_are_read_in_their_declared_kinds() -> None:
    task, values = read(words("exact.decimal a=-1.50 op=/ b=3 places=0x10"), dictionary())
    assert task.name == "exact.decimal"
    assert values == {"a": Decimal("-1.50"), "op": "/", "b": Decimal(3), "places": 16}


def test_quotes_keep_a_text_together_and_bytes_are_hexadecimal() -> None:
    assert read(words("board.label label='north pump = 1'"), dictionary())[1] == {"label": "north pump = 1"}
    assert read(words("echo.echo data=0x00ff"), dictionary())[1] == {"data": b"\x00\xff"}


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("gpio.pulse", UnknownTask, "nearest are gpio.pulses"),
        ("gpio.read", BadArgument, "argument name is missing"),
        ("gpio.read led", BadArgument, "write name=value: gpio.read name=<text>"),
        ("gpio.read name=a name=b", BadArgument, "given twice"),
        ("gpio.read name=led nme=x", BadArgument, "did you mean name?"),
        ("gpio.write output=led level=maybe", BadArgument, "true or false"),
        ("gpio.pulses output=led count=0 period_ms=10", OutOfRange, "1 to 10000"),
        ("exact.integer a=1 op=% b=2", BadArgument, "'+', '-', '*', '/', '^'"),
        ("echo.echo data='x", BadArgument, "close the quote"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(line: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as raised:
        read(words(line), dictionary())
    assert says in str(raised.value)


def completed(text: str) -> list[str]:
    found = CallCompleter(dictionary).get_completions(Document(text), CompleteEvent())
    return [text[: len(text) + choice.start_position] + choice.text for choice in found]


def test_names_of_tasks_complete_those_that_begin_so_before_those_that_hold_it() -> None:
    assert completed("gpio.re") == ["gpio.read "]
    assert completed("clock") == ["board.clock"]
    assert completed("gpio.w") == ["gpio.write ", "gpio.watch "]
    assert completed("board.clo") == ["board.clock"]
    assert len(completed("")) == len(dictionary().tasks)


def test_arguments_complete_those_that_are_missing_and_values_where_they_are_few() -> None:
    assert completed("gpio.write ") == ["gpio.write output=", "gpio.write level="]
    assert completed("gpio.write output=led ") == ["gpio.write output=led level="]
    assert completed("gpio.write level=t") == ["gpio.write level=true"]
    assert completed("gpio.watch edge=") == [f"gpio.watch edge={edge}" for edge in ("off", "rising", "falling", "both")]
    assert completed("gpio.write output=") == []
    assert completed("no.task x") == []


def test_without_a_dictionary_there_is_nothing_to_offer() -> None:
    assert not list(CallCompleter(lambda: None).get_completions(Document("gp"), CompleteEvent()))
