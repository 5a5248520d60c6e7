# SPDX-License-Identifier: Apache-2.0
"""A recorded run of the real loop comes out of its replay as it was, and what was changed in it is found."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from phosphene.perception.percepts import Face, Gesture, Hand, Heard, Seen, Word
from phosphene.policy import Policy
from phosphene.trace.reader import Trace
from phosphene.trace.records import MomentRecord, TraceError, decode, encode
from phosphene.trace.replay import first_difference_of_decisions, replayed
from phosphene.trace.writer import TraceWriter
from tests.broker.desk import run_time_folder
from tests.loop.sitting import Sitting, sitting, values

__all__ = ["run_time_folder"]


async def _session(person: Sitting) -> None:
    await person.type("exact.integer 6 * 7", "whole numbers 6 * 7")
    await person.until(lambda scene: values(scene).get("value") == "42")
    await person.type("gpio.write led on", "set the output?")
    await person.touch("Yes", "Done: set the output led")
    person.inbox.seen(_seen(person.moment.time_s))
    for text in ("what", "time", "is", "it"):
        now = person.moment.time_s
        word = Word(
            abs(hash(text)) % 10_000, text, now - 0.3, now - 0.05, 0.93, committed=True, others=(("wait", 0.1),)
        )
        person.inbox.heard((Heard(now, -30.0, 0.9, (word,)),))
        await asyncio.sleep(0.15)
    person.inbox.heard((Heard(person.moment.time_s, -60.0, 0.0, ended=True),))
    await asyncio.sleep(0.5)
    await person.board.pull_cable()
    await person.until(lambda scene: scene.title == "The board does not answer")


def _seen(time_s: float) -> Seen:
    import numpy as np

    face = Face(1, (0.4, 0.3, 0.2, 0.3), 0.9, ((0.45, 0.4), (0.55, 0.4)), 61.5, 0.97)
    hand = Hand(2, np.linspace(0, 1, 63, dtype=np.float32).reshape(21, 3), 0.8, 0.1, Gesture.THUMB_UP, 0.7)
    return Seen(time_s, (face,), (hand,), 0.4, 0.01)


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded session with typed lines, touches, words, a person, a yes, and a cable that is pulled."""
    path = tmp_path_factory.mktemp("trace") / "run.mcap"

    async def run() -> None:
        async with sitting() as person:
            writer = TraceWriter(path, {"accelerator": "cpu"}, (await person.mcu.dictionary()).raw)
            try:
                for moment in person.moments:
                    writer.take(moment)
                person.also = writer
                await _session(person)
            finally:
                person.also = None
                writer.close()

    asyncio.run(run())
    return path


def test_a_replay_decides_and_shows_the_same(trace: Path) -> None:
    count, difference = first_difference_of_decisions(Trace(trace), Policy.load())
    assert difference is None
    records = list(Trace(trace).moments())
    assert count == len(records) - 1 > 10
    assert [record.tick for record in records] == list(range(len(records)))
    assert {"task", "yes"} <= {record.decided.action for record in records}
    assert any(record.sensed.seen is not None for record in records)
    assert any(record.wish.startswith("call gpio.write output=led") for record in records)
    assert "led" not in str([record.sensed.seen for record in records])


def _changed(records: Iterator[MomentRecord]) -> Iterator[MomentRecord]:
    for record in records:
        if record.sensed.typed:
            record = replace(record, sensed=replace(record.sensed, typed=("exact.integer 6 * 8",)))
        yield record


def test_another_sense_gives_another_decision(trace: Path) -> None:
    recorded = Trace(trace)
    policy = Policy.load()
    assert all(
        moment.screenful is None or record.scene is None or moment.screenful.scene == record.scene
        for moment, record in replayed(recorded.moments(), recorded.dictionary, policy)
    )
    asked = [
        moment.decision.arguments["b"]
        for moment, _ in replayed(_changed(recorded.moments()), recorded.dictionary, policy)
        if "b" in moment.decision.arguments
    ]
    assert asked
    assert set(asked) == {("8",)}


def test_a_record_is_read_as_it_was_written(trace: Path) -> None:
    for record in Trace(trace).moments():
        again = decode(encode(record), MomentRecord, "here")
        assert encode(again) == encode(record)
        assert msgspec.json.decode(encode(record))["tick"] == record.tick


def test_a_broken_trace_is_refused_by_name(trace: Path, tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no such file"):
        Trace(tmp_path / "none.mcap")
    text = tmp_path / "text.mcap"
    text.write_text("hello")
    with pytest.raises(TraceError, match="broken"):
        Trace(text)
    whole = trace.read_bytes()
    for cut in (8, len(whole) // 2, len(whole) - 20):
        short = tmp_path / f"short{cut}.mcap"
        short.write_bytes(whole[:cut])
        with pytest.raises(TraceError, match=r"broken|not written|dictionary"):
            list(Trace(short).moments())
    with pytest.raises(TraceError, match="written"):
        TraceWriter(trace, {}, b"")


def test_a_trace_ends_by_itself_where_it_may_not_grow(trace: Path, tmp_path: Path) -> None:
    recorded = Trace(trace)
    writer = TraceWriter(tmp_path / "small.mcap", {"a": "b"}, recorded.dictionary.raw, most_bytes=1 << 16)
    moments = [moment for moment, _ in replayed(recorded.moments(), recorded.dictionary, Policy.load())]
    for _ in range(4000):
        if writer.ended:
            break
        for moment in moments:
            writer.take(moment)
    writer.close()
    assert "has reached" in writer.ended
    assert list(Trace(tmp_path / "small.mcap").moments())
