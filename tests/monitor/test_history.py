# SPDX-License-Identifier: Apache-2.0
"""The rows behind the screen: newest kept, filtered, scrolled, and a place that stays while more come."""

from __future__ import annotations

from itertools import islice

from phosphene_tools.monitor.entry import Entry, Grade, Names, note
from phosphene_tools.monitor.filter import Filter
from phosphene_tools.monitor.history import History
from tests.monitor.spoken import IN, MS, Spoken


def rows(history: History, count: int = 3) -> list[str]:
    return [entry.text for entry, _ in islice(history.upwards(), count)]


def filled(count: int, keep: int = 100) -> History:
    history = History(keep)
    for number in range(count):
        history.add(row(number))
    return history


def row(number: int) -> Entry:
    return note(number, Names(), str(number))


def test_it_follows_the_newest_row() -> None:
    history = filled(5)
    assert rows(history) == ["4", "3", "2"]
    history.add(row(5))
    assert rows(history) == ["5", "4", "3"]


def test_scrolled_up_it_stands_still_while_more_come() -> None:
    history = filled(50)
    history.scroll(10)
    assert rows(history) == ["39", "38", "37"]
    for number in range(50, 60):
        history.add(row(number))
    assert rows(history) == ["39", "38", "37"]
    assert history.below == 20
    history.scroll(-15)
    assert rows(history) == ["54", "53", "52"]
    history.scroll(-15)
    assert history.bottom is None


def test_it_can_not_scroll_beyond_the_oldest_row() -> None:
    history = filled(150, keep=100)
    history.scroll(1 << 40)
    assert rows(history) == ["50"]
    # What it stood on is forgotten: it stands on the oldest that is left.
    for number in range(150, 250):
        history.add(row(number))
    assert rows(history) == ["150"]


def test_each_row_comes_with_the_one_before_it() -> None:
    pairs = [(entry.text, before.text if before else "") for entry, before in filled(3).upwards()]
    assert pairs == [("2", "1"), ("1", "0"), ("0", "")]


def test_holding_still_and_following_again() -> None:
    history = filled(3)
    history.hold()
    history.add(row(3))
    assert rows(history, 1) == ["2"]
    history.hold()
    assert rows(history, 1) == ["3"]


def test_a_new_filter_looks_through_what_is_kept() -> None:
    line = Spoken()
    line.call(1, "gpio.read", name="led")
    line.result(1, "gpio.read", level=True)
    line.call(2, "board.clock")
    history = History()
    for entry in line.rows:
        history.add(entry)
    history.set_filter(Filter("gpio.*"))
    assert [entry.type for entry, _ in history.upwards()] == ["RESULT", "CALL"]
    assert history.hidden == 1
    history.add(line.call(3, "gpio.names")[0])
    assert [entry.type for entry, _ in history.upwards()] == ["CALL", "RESULT", "CALL"]
    history.set_filter(Filter())
    assert len(list(history.upwards())) == 4


def test_what_it_counts() -> None:
    line = Spoken()
    history = History()
    line.call(1, "board.clock")
    line.call(1, "board.clock")
    line.result(1, "board.clock", time_us=1)
    line.put(IN, 0x83, 2, spoil=lambda raw: raw[:-2] + b"\0")
    line.rows.append(note(line.now_ns, line.names, "up", Grade.NOTE))
    for entry in line.rows:
        history.add(entry)
    assert (history.frames, history.bad, history.retries) == (4, 1, 1)
    assert history.median_latency_s == 2 * MS / 1e9
    history.clear()
    assert rows(history) == []
    assert history.frames == 4


def test_empty() -> None:
    history = History()
    history.scroll(5)
    history.scroll(-5)
    history.hold()
    assert rows(history) == []
    assert history.median_latency_s is None
