# SPDX-License-Identifier: Apache-2.0
"""The bench of moments: its arithmetic on a trace made by hand, and all of it once, very short."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from phosphene.moment import Sensed
from phosphene.painter.scene import Fact, Scene
from phosphene.perception.percepts import Heard, Word
from phosphene.policy.layout import ROWS
from phosphene.trace.records import Decided, FrameRecord, MomentRecord
from phosphene_tools.bench.moment import Extent, run
from phosphene_tools.bench.moment_clocks import time_of
from phosphene_tools.bench.moment_latency import Session, Uttered
from phosphene_tools.bench.moment_talk import QUIET_S, SLOT_S, talk
from phosphene_tools.bench.moment_tasks import COUNTS, dictionaries
from phosphene_tools.bench.moment_ticks import ticks

RATE = 16_000


def a_word(number: int, text: str, end_s: float, *, committed: bool = False) -> Word:
    return Word(number, text, end_s - 0.3, end_s, 0.9, committed)


def a_moment(tick: int, time_s: float, *heard: Heard, scene: Scene | None = None, **more: object) -> MomentRecord:
    record = MomentRecord(tick, time_s, Sensed(heard=heard), Decided("wait"), "home", scene=scene)
    return replace(record, **more)  # pyright: ignore[reportArgumentType]


def a_scene(heard: str) -> Scene:
    return Scene(facts=(Fact("device.heard", heard, "heard"),) if heard else (), title="What shall I do?")


def a_frame(number: int, tick: int, heard: str) -> FrameRecord:
    return FrameRecord(number, tick, 0.0, "320x240", 0, a_scene(heard), "")


def test_pixels_are_waited_for_from_the_last_sample_on() -> None:
    named = Heard(10.40, -20, 0.9, (a_word(0, "set", 10.0),))
    again = Heard(10.48, -20, 0.9, (a_word(0, "set", 10.0),))
    second = Heard(10.80, -20, 0.9, (a_word(1, "timer", 10.5),))
    whole = (a_word(0, "set", 10.0, committed=True), a_word(1, "timer", 10.5, committed=True))
    end = Heard(11.04, -60, 0.0, whole, ended=True)
    moments = (
        a_moment(1, 10.41, named, scene=a_scene("set…")),
        a_moment(2, 10.49, again),
        a_moment(3, 10.81, second, scene=a_scene("set timer…")),
        a_moment(4, 11.05, end, scene=a_scene("")),
    )
    # The screen passed over tick 1: "set" is first there with "timer".
    frames = (a_frame(1, 0, ""), a_frame(2, 3, "set timer…"), a_frame(3, 4, ""))
    shown = {2: 10.85, 3: 11.10}
    waited = Session(moments, frames, shown.get).waited(
        [Uttered("set", 10.0), Uttered("timer", 10.5), Uttered("tea", 10.7)]
    )
    assert waited.word == pytest.approx([0.85, 0.35])
    assert waited.named == pytest.approx([0.40, 0.30])
    assert waited.commit == pytest.approx([0.06])
    assert (waited.unheard, waited.unseen) == (["tea"], [])


def test_a_word_counts_once_and_one_that_was_never_shown_is_said_so() -> None:
    heard = Heard(10.4, -20, 0.9, (a_word(0, "stop", 10.0),))
    moments = (a_moment(1, 10.41, heard),)
    waited = Session(moments, (a_frame(1, 1, "go"),), lambda _: 10.5).waited([Uttered("stop", 10.0)] * 2)
    assert (waited.unseen, waited.unheard, waited.word) == (["stop"], ["stop"], [])


def test_an_end_after_which_nothing_else_is_to_be_seen_is_not_waited_for() -> None:
    end = Heard(10.4, -20, 0.9, (a_word(0, "stop", 10.0, committed=True),), ended=True)
    moments = (a_moment(1, 10.41, end), a_moment(2, 10.5, Heard(10.48, -60, 0.0, ended=True), scene=a_scene("")))
    assert Session(moments, (a_frame(1, 2, ""),), lambda _: 10.6).waited([]).commit == []


def test_a_tape_is_found_on_the_clock_beyond_what_was_lost() -> None:
    marks = [(0, 100.0), (2 * RATE, 102.5)]
    assert time_of(marks, 1.0) == pytest.approx(101.0)
    assert time_of(marks, 2.5) == pytest.approx(103.0)
    assert time_of([(RATE, 100.0)], 0.5) is None


def test_what_a_tick_takes_is_all_that_was_done_for_it() -> None:
    moments = [
        a_moment(tick, 50 + time_s, spent_ms={"decide": 5.0, "compose": 1.0}, late=("decide",) if tick == 3 else ())
        for tick, time_s in enumerate((0.0, 0.1, 0.2, 0.4))
    ]
    spent = {
        "see": [50.05, 14.0, 12.0, 10.0, 8.0, 60.0, 99.0, 99.0, 99.0, 99.0],
        "decide": [50.1, 4.0, 2.0, 2.0, 1.0, 50.2, 4.0, 2.0, 2.0, 1.0],
    }
    found = ticks(moments, spent, 50.0, 50.5)
    # A picture of 10 ms, the policy twice 2, four ticks of 1 beside; of it the networks had 8 and twice 1.
    assert found["tick_overhead"] == pytest.approx(1 - 10 / 18, abs=1e-3)
    assert found["tick"]["work"]["ms"] == pytest.approx(18 / 4, abs=0.01)
    assert found["tick"]["work"]["by_stage"]["loop"] == {"ms_per_s": 16.0, "models_ms_per_s": 4.0}
    # With waiting: the picture took 14, each tick 6, and the networks 12 and twice 2.
    assert found["tick_overhead_with_waiting"] == pytest.approx(1 - 16 / 38, abs=1e-3)
    assert found["ticks_late"] == {"without_a_decision": 1, "begun_late": 1, "longest_ms_apart": 200}


def test_larger_dictionaries_begin_as_the_smaller_ones() -> None:
    small, middle, large = dictionaries((), {"timer"})
    assert [len(one.tasks) for one in (small, middle, large)] == list(COUNTS)
    assert large.tasks[: len(middle.tasks)] == middle.tasks
    assert middle.tasks[: len(small.tasks)] == small.tasks
    assert len({task.name for task in large.tasks}) == max(COUNTS) > ROWS


def test_words_stand_on_the_tape_where_it_says() -> None:
    tape = talk(QUIET_S + SLOT_S)
    loud = abs(tape.samples.astype(int)) > 400
    assert [word.text for word in tape.words] == ["set", "timer", "five", "minutes"]
    for word in tape.words:
        inside = loud[round(word.begin_s * RATE) : round(word.end_s * RATE)]
        assert inside.mean() > 0.2
    gaps = [(one.end_s, other.begin_s) for one, other in zip(tape.words, tape.words[1:], strict=False)]
    assert not any(loud[round(end * RATE) + 80 : round(begin * RATE) - 80].any() for end, begin in gaps)
    assert not loud[: round(QUIET_S * RATE)].any()


def test_a_short_session_gives_every_figure() -> None:
    figures = asyncio.run(run(Extent(QUIET_S + 2 * SLOT_S, 0.3, 1)))
    for key in ("word_to_pixels_ms", "commit_to_pixels_ms", "touch_to_pixels_ms"):
        assert figures[key].keys() == {"p50", "p95"}
        assert 0 < figures[key]["p50"] <= figures[key]["p95"]
    assert 0 < figures["tick_overhead"] < 1
    assert figures["fps"].keys() == {"320x240", "512x384"}
    assert min(figures["fps"].values()) > 0
    assert figures["tick_ms_by_tasks"].keys() == {"10", "50", "200"}
    assert min(figures["tick_ms_by_tasks"].values()) > 0
    assert 50 < figures["rss_mb"] < 1000
    assert figures["first_frame_s"] > 0
    assert figures["counts"]["words"] > 0
    assert figures["tick"]["work"]["by_stage"].keys() == {"see", "hear", "paint", "loop"}
