# SPDX-License-Identifier: Apache-2.0
"""A board that is reset while the device runs: seen, heard, and in the trace; and what it was doing has ended."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

from phosphene.condition import Condition
from phosphene.console.screen import Screen
from phosphene.line.dictionary import Dictionary
from phosphene.loop.outputs import Speaking
from phosphene.loop.supervisor import Supervisor
from phosphene.moment import Moment
from phosphene.policy import Policy
from phosphene.sound.chimes import Chime
from phosphene.sound.events import Happening
from phosphene.sound.voice import Voice
from phosphene.trace.reader import Trace
from phosphene.trace.writer import TraceWriter
from phosphene_tools.bench.board import linked, simulated_board
from tests.console.blocks import BlockPainter
from tests.sound.deck import Deck, Diary


class Moments:
    """Keeps every moment, and waits for one."""

    def __init__(self) -> None:
        self.all: list[Moment] = []

    def take(self, moment: Moment) -> None:
        self.all.append(moment)

    async def until(self, wanted: str, *, there: bool = True) -> Moment:
        """Return the first moment from now on in which a fact reads `wanted`, or none does any more."""
        first = len(self.all)
        async with asyncio.timeout(30):
            while True:
                for moment in self.all[first:]:
                    if (
                        moment.screenful is not None
                        and any((wanted in fact.shown) for fact in moment.screenful.scene.facts) is there
                    ):
                        return moment
                await asyncio.sleep(0.02)


def test_a_reset_board_is_told_until_it_was_read(tmp_path: Path) -> None:
    path, moments, diary, deck = tmp_path / "run.mcap", Moments(), Diary(), Deck()
    deck.let(60)

    async def run() -> None:
        voice = Voice(deck, None, diary)
        voice.start()
        async with simulated_board() as board, linked(board) as (_, mcu):
            supervisor = Supervisor(screen := Screen(BlockPainter), Policy.load)
            supervisor.ends += [moments, Speaking(voice)]

            def record(dictionary: Dictionary) -> None:
                supervisor.ends.append(TraceWriter(path, {"accelerator": "cpu"}, dictionary.raw))

            supervisor.meet = record
            works = [asyncio.create_task(work) for work in (screen.run(), supervisor.serve(mcu))]
            try:
                async with asyncio.timeout(20):
                    while not moments.all:
                        await asyncio.sleep(0.02)
                supervisor.typed("exact.integer 6 * 7")
                await moments.until("42")
                await board.reset()
                told = await moments.until("has restarted")
                assert told.screenful is not None
                (fact,) = [fact for fact in told.screenful.scene.facts if fact.key == "device.board_reset"]
                assert (fact.label, fact.value) == ("board", "has restarted")
                await moments.until("has restarted", there=False)
                assert not any(work.done() for work in works)
                # It goes on, and is not told again.
                supervisor.typed("exact.integer 6 * 8")
                await moments.until("48")
            finally:
                for work in works:
                    work.cancel()
                await asyncio.gather(*works, return_exceptions=True)
                (writer,) = [end for end in supervisor.ends if isinstance(end, TraceWriter)]
                writer.close()
                voice.stop()

    asyncio.run(run())
    began = [event for event in diary.of(Happening.BEGAN) if event.chime in (Chime.RESET_BOARD, Chime.BACK)]
    assert [event.chime for event in began if event.chime is Chime.RESET_BOARD] == [Chime.RESET_BOARD]
    assert Chime.BACK in [event.chime for event in began]
    recorded = [Condition.BOARD_RESET in moment.sensed.conditions for moment in Trace(path).moments()]
    first = recorded.index(True)
    assert recorded[first:].count(True) >= 10, "six seconds of ticks"
    assert not recorded[-1]
    assert sum(now and not before for before, now in itertools.pairwise(recorded)) == 1
