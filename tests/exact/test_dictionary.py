# SPDX-License-Identifier: Apache-2.0
"""The capability dictionary: read from its lines, wrong lines named, names found."""

from __future__ import annotations

import json

import pytest

from phosphene.errors import LineError, UnknownTask
from phosphene.line.dictionary import Dictionary, hash_of


def lines(*tasks: dict[str, object]) -> bytes:
    return b"".join(json.dumps(task).encode() + b"\n" for task in tasks)


GOOD = lines(
    {"name": "echo.echo", "args": [{"name": "data", "kind": "bytes", "max": 1024}], "idempotent": True},
    {"name": "gpio.pulses", "kind": "process", "progress": [{"name": "done", "kind": "u16"}]},
)


def test_tasks_are_numbered_by_line_and_have_their_defaults() -> None:
    dictionary = Dictionary.parse(GOOD)
    echo, pulses = dictionary.tasks
    assert (echo.number, echo.kind, echo.longest_ms, echo.privilege) == (0, "call", 10, "operate")
    assert (echo.on_lease_loss, echo.exactness, echo.writes_per_hour) == ("stop", "painted", 0)
    assert (pulses.number, pulses.is_process, pulses.progress[0].kind) == (1, True, "u16")
    assert dictionary.hash == hash_of(GOOD)
    assert dictionary.name_of(1) == "gpio.pulses"
    assert dictionary.name_of(2) == "task 2"


def test_a_key_of_a_later_minor_version_is_passed_over() -> None:
    assert Dictionary.parse(lines({"name": "a.b", "colour": "red"})).task("a.b").number == 0


def test_an_unknown_name_gets_the_nearest_ones() -> None:
    with pytest.raises(UnknownTask, match=r"no task 'gpio\.pulse'.*nearest are gpio\.pulses"):
        Dictionary.parse(GOOD).task("gpio.pulse")


@pytest.mark.parametrize(
    ("raw", "where", "what"),
    [
        (lines({"name": "echo"}), "line 1", "module.task"),
        (GOOD + lines({"name": "echo.echo"}), "line 3", "declared twice, first in line 1"),
        (GOOD + lines({"name": "a.b", "args": [{"name": "x", "kind": "u9"}]}), "line 3, args[0]", "nearest is 'u"),
        (lines({"name": "a.b", "longest_ms": "5"}), "longest_ms", "integer"),
        (lines({"name": "a.b", "privilege": "root"}), "privilege", "'maintain'"),
        (lines({"name": "a.b", "args": [{"name": "x", "kind": "u8"}] * 2}), "line 1", "repeats a name"),
        (lines({"name": "a.b", "progress": [{"name": "x", "kind": "u8"}]}), "line 1", "only a process"),
        (lines({"args": []}), "name", "required"),
        (b"[]\n", "line 1", ""),
        (b"{\xff}\n", "line 1", "JSON"),
        (GOOD[:-1], "line 2", "breaks off"),
        (b"", "line 1", "breaks off"),
        (b"\n" + GOOD, "line 1", "JSON"),
    ],
)
def test_a_wrong_line_is_named(raw: bytes, where: str, what: str) -> None:
    with pytest.raises(LineError) as error:
        Dictionary.parse(raw, place="here")
    assert error.value.place.startswith("here, line")
    assert where in error.value.place
    assert what in error.value.message
