# SPDX-License-Identifier: Apache-2.0
"""The printing thread: order, a reader that stalls, a reader that left, a log file."""

from __future__ import annotations

import io
import json
import os
import threading
from pathlib import Path

import pytest

from phosphene_tools.monitor.clock import WallClock
from phosphene_tools.monitor.entry import Entry, Names, note
from phosphene_tools.monitor.log import LogError, SessionLog
from phosphene_tools.monitor.printer import Printer
from tests.monitor.spoken import IN, Spoken


def row(number: int) -> Entry:
    return note(number, Names(), f"row {number}")


def text(entry: Entry, _: Entry | None) -> list[str]:
    return [entry.text]


class Gate(io.StringIO):
    """A stream whose writes wait until the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.waiting = threading.Event()

    def write(self, text: str) -> int:
        self.waiting.set()
        self.open.wait(10)
        return super().write(text)


def test_rows_are_printed_in_order_with_the_row_before() -> None:
    stream = io.StringIO()
    printer = Printer(stream, lambda entry, before: [f"{before.text if before else '-'} > {entry.text}"])
    for number in range(3):
        printer.put(row(number))
    printer.close()
    assert stream.getvalue().splitlines() == ["- > row 0", "row 0 > row 1", "row 1 > row 2"]


def test_a_stalled_reader_costs_old_rows_and_is_told_how_many() -> None:
    stream = Gate()
    printer = Printer(stream, text, queue=10)
    printer.put(row(0))
    assert stream.waiting.wait(10)
    for number in range(1, 101):
        printer.put(row(number))
    assert printer.skipped == 90
    stream.open.set()
    printer.close()
    assert stream.getvalue().splitlines() == ["row 0", "behind: 90 rows skipped", *(f"row {n}" for n in range(91, 101))]


def test_a_reader_that_left_is_told_once_and_later_rows_go_nowhere() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    broken = threading.Event()
    stream = os.fdopen(writing, "w")
    printer = Printer(stream, text, on_broken=lambda _: broken.set())
    printer.put(row(1))
    assert broken.wait(10)
    printer.put(row(2))
    printer.close()
    stream.close()  # what was buffered goes nowhere, and so an interpreter that exits has nothing to fail at


def test_a_log_keeps_every_frame_as_text_or_as_json(tmp_path: Path) -> None:
    line = Spoken()
    line.call(1, "gpio.read", name="led")
    line.put(IN, 0x83, 1, b"\1")
    log = SessionLog(WallClock())
    for name in ("log.txt", "log.jsonl"):
        log.start(tmp_path / name)
        for entry in line.rows:
            log.put(entry)
        log.stop()
    text_lines = (tmp_path / "log.txt").read_text().splitlines()
    objects = [json.loads(part) for part in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [part.split()[2] for part in text_lines] == ["CALL", "RESULT"]
    assert [bytes.fromhex(found["raw"]) for found in objects] == [entry.raw for entry in line.rows]


def test_a_log_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("before\n")
    log = SessionLog(WallClock())
    log.start(path)
    log.put(row(1))
    log.stop()
    assert path.read_text().splitlines()[0] == "before"
    assert path.read_text().endswith("row 1\n")


def test_a_log_that_can_not_be_written_says_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"can't be written: Is a directory — .* — name another file"):
        SessionLog(WallClock()).start(tmp_path)
