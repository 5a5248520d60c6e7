# SPDX-License-Identifier: Apache-2.0
"""The loop on a simulated board that runs the real firmware."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from phosphene.exact import Coprocessor
from phosphene.painter.scene import Intent, Urgency
from tests.broker.desk import LED
from tests.loop.sitting import Sitting, before_the_device, fact, sitting, values


def test_a_value_is_shown_as_the_board_gave_it() -> None:
    async def scenario(person: Sitting) -> None:
        scene = await person.type("exact.decimal 0.10 + 0.20", "decimal numbers 0.10 + 0.20")
        assert values(scene) == {"value": "0.30", "exact": "yes"}
        scene = await person.type("exact.decimal 1 / 3 20", "decimal numbers 1 / 3")
        assert values(scene) == {"value": "0.33333333333333333333", "exact": "no"}
        scene = await person.type("convert.units 35 ml to cup", "convert 35")
        assert values(scene) == {"value": "0.15 cup", "exact": "no"}
        await person.type("date.describe 2026-11-22", "which weekday")
        scene = await person.until(lambda scene: "weekday" in values(scene))
        assert values(scene)["weekday"] == "Sunday"
        assert [choice.text for choice in scene.choices] == ["More", "Tasks"]
        scene = await person.touch("More", "which weekday")
        assert values(scene) == {"leap year": "no"}

    before_the_device(scenario)


def test_what_no_layout_can_hold_is_refused_and_never_cut() -> None:
    async def scenario(person: Sitting) -> None:
        scene = await person.type("exact.integer 2 ^ 500", "The value has 151 characters")
        assert (scene.intent, values(scene)) == (Intent.REFUSE, {})
        assert "never cut" in person.hint

    before_the_device(scenario)


def test_a_refusal_is_shown_with_its_reason() -> None:
    async def scenario(person: Sitting) -> None:
        scene = await person.type("exact.decimal 1 / 0", "Division by zero")
        assert scene.intent is Intent.REFUSE
        await person.type("gpio.write pump on", "set the output?")
        scene = await person.touch("Yes", "Pump is behind ENABLE")
        assert scene.intent is Intent.REFUSE
        assert person.hint.startswith("pump is behind ENABLE: not armed; arm with a grant")
        await person.touch("Tasks", "What shall I do?")

    before_the_device(scenario)


def test_a_missing_argument_is_asked_for() -> None:
    async def scenario(person: Sitting) -> None:
        scene = await person.type("exact.divide 7 2", "divide: rule?")
        assert scene.intent is Intent.ASK
        assert [choice.text for choice in scene.choices] == ["floor", "truncate", "euclid", "Cancel"]
        assert values(scene) == {"a": "7", "b": "2"}
        assert person.hint == "rule takes one of floor, truncate, euclid"
        scene = await person.touch("floor", "divide 7 2 floor")
        assert values(scene) == {"quotient": "3", "remainder": "1"}
        await person.type("convert.units 35 ml", "convert: target?")
        scene = await person.type("L", "convert 35 ml L")
        assert values(scene)["value"] == "0.04 L"

    before_the_device(scenario)


def test_an_effect_waits_for_a_yes() -> None:
    async def scenario(person: Sitting) -> None:
        pins = person.board.pins
        scene = await person.type("gpio.write led on", "set the output?")
        assert (scene.intent, values(scene)) == (Intent.CONFIRM, {"output": "led", "level": "yes"})
        await person.touch("No", "What shall I do?")
        assert pins.level(LED) == 0
        await person.type("gpio.write led on", "set the output?")
        await person.touch("Yes", "Done: set the output led")
        assert pins.level(LED) == 1
        await person.touch("Again", "set the output?")
        assert pins.level(LED) == 1

    before_the_device(scenario)


def test_what_is_asked_twice_is_done_after_one_yes() -> None:
    async def scenario(person: Sitting) -> None:
        for _ in range(2):
            await person.type("gpio.write led on", "set the output?")
            await asyncio.sleep(0.3)
        await person.touch("Yes", "Done: set the output led")
        assert person.board.pins.level(LED) == 1

    before_the_device(scenario)


def test_who_turned_to_something_else_is_told_that_what_they_wanted_was_refused() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("gpio.write pump on", "set the output?")
        person.inbox.touched("loop.yes")
        person.inbox.typed("exact.decimal 1 + 1")
        await person.until(lambda scene: scene.title.startswith("Pump is behind ENABLE"))
        assert any(m.screenful and m.screenful.scene.title.startswith("decimal numbers") for m in person.moments)
        assert [news.owed for m in person.moments for news in m.sensed.told if not news.ok] == [True]
        await person.touch("Tasks", "What shall I do?")
        await asyncio.sleep(0.3)
        assert person.scene.title == "What shall I do?", "it is told once"

    before_the_device(scenario)


def test_a_process_that_ends_early_while_something_else_is_shown_is_told() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("gpio.pulses led 40 50", "gpio.pulses?")
        await person.touch("Yes", "gpio.pulses led 40 50")
        await person.touch("Tasks", "What shall I do?")
        await asyncio.sleep(0.3)
        await person.type("stop", "Stopped: gpio.pulses led 40 50")

    before_the_device(scenario)


def test_a_process_tells_its_progress_and_can_be_stopped() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("gpio.pulses led 40 50", "gpio.pulses?")
        await person.touch("Yes", "gpio.pulses led 40 50")
        scene = await person.until(lambda scene: bool(scene.facts))
        assert scene.intent is Intent.PROGRESS
        done = fact(scene, "gpio.pulses.done")
        assert done.level == int(done.value) / 40
        scene = await person.touch("Stop", "Stopped: gpio.pulses led")
        assert scene.intent is Intent.TELL
        assert int(values(scene)["done"]) < 40
        await person.type("gpio.pulses led 2 20", "gpio.pulses?")
        await person.touch("Yes", "gpio.pulses led 2 20")
        scene = await person.until(lambda scene: scene.intent is Intent.TELL)
        assert values(scene) == {"done": "2"}

    before_the_device(scenario)


def test_what_a_process_told_is_struck_and_goes_when_it_tells_no_more() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("pwm.run led 100 50 0", "dim?")
        await person.touch("Yes", "dim led 100 50 0")
        scene = await person.until(lambda scene: bool(scene.facts))
        assert not any(fact.stale for fact in scene.facts)
        scene = await person.until(lambda scene: any(fact.stale for fact in scene.facts))
        assert all(fact.stale for fact in scene.facts)
        scene = await person.until(lambda scene: not scene.facts)
        assert (scene.title, scene.intent) == ("dim led 100 50 0", Intent.PROGRESS)
        # The board still runs it, and a screen that shows it anew makes nothing young again.
        await person.board.pull_cable()
        await person.until(lambda scene: scene.title == "The board does not answer")
        await person.board.plug_cable()
        scene = await person.until(lambda scene: scene.intent is Intent.PROGRESS)
        assert values(scene) == {}
        await person.touch("Stop", "Stopped: dim led")

    before_the_device(scenario)


def test_a_timer_ticks_and_rings() -> None:
    async def scenario(person: Sitting) -> None:
        scene = await person.type("timer.start tea 0.05 minutes", "set a timer?")
        assert values(scene) == {"name": "tea", "seconds": "3 s"}, "the board turned the minutes into seconds"
        await person.touch("Yes", "set a timer tea")
        assert person.scene.intent is Intent.PROGRESS
        await person.until(lambda scene: values(scene).get("tea") == "00:00:01")
        left = fact(person.scene, "timer.left")
        assert left.level is not None
        assert 0.1 < left.level < 0.6
        scene = await person.until(lambda scene: scene.intent is Intent.ALARM)
        assert (scene.urgency, values(scene)) == (Urgency.URGENT, {"timer": "tea"})
        await person.touch("Stop", "What shall I do?")
        await person.type("time.ring", "what is ringing")
        scene = await person.until(lambda scene: bool(values(scene)))
        assert values(scene) == {"names": "none"}

    before_the_device(scenario)


def test_a_value_goes_with_the_board_and_comes_back_with_it() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("exact.integer 6 * 7", "whole numbers 6 * 7")
        await person.board.pull_cable()
        scene = await person.until(lambda scene: scene.title == "The board does not answer")
        assert values(scene) == {}
        await person.board.plug_cable()
        scene = await person.until(lambda scene: scene.title == "whole numbers 6 * 7")
        assert values(scene)["value"] == "42"

    before_the_device(scenario)


def test_a_value_of_a_board_that_stands_still_is_struck_and_then_goes() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("exact.integer 6 * 7", "whole numbers 6 * 7")
        person.board.freeze()
        scene = await person.until(lambda scene: any(fact.stale for fact in scene.facts) or not scene.facts)
        if scene.facts:
            assert fact(scene, "exact.integer.value").age_s > 2
        await person.until(lambda scene: scene.title == "The board does not answer")
        person.board.thaw()
        await person.until(lambda scene: scene.title == "whole numbers 6 * 7" and not scene.facts[0].stale)

    before_the_device(scenario)


def test_what_is_read_is_read_again_while_it_stands_there() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("board.clock", "board.clock")
        scene = await person.until(lambda scene: bool(values(scene)))
        first = int(fact(scene, "board.clock.time_us").value)
        await person.until(lambda scene: int(fact(scene, "board.clock.time_us").value) > first)

    before_the_device(scenario)


def test_a_host_that_begins_anew_shows_what_runs_and_how_it_ends() -> None:
    async def run() -> None:
        def begun(mcu: Coprocessor) -> Awaitable[object]:
            return mcu.start("gpio.pulses", output="led", count=60, period_ms=50)

        async with sitting(before=begun) as person:
            scene = await person.until(lambda scene: bool(values(scene)))
            assert (scene.title, scene.intent) == ("gpio.pulses", Intent.PROGRESS)
            first = int(values(scene)["done"])
            scene = await person.until(lambda scene: int(values(scene).get("done", 0)) > first)
            scene = await person.until(lambda scene: scene.intent is Intent.TELL)
            assert values(scene) == {"done": "60"}
            assert person.moment.dialogue.running == ()

    asyncio.run(run())
