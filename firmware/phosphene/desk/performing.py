# SPDX-License-Identifier: Apache-2.0
"""What is done once it is clear and confirmed: asked again and again, watched to its end, or done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from phosphene.desk import scenes, timers
from phosphene.desk.asking import ANSWER_S, keep_asking
from phosphene.desk.at_desk import AtDesk, Doing
from phosphene.desk.calls import Call
from phosphene.desk.facts import facts_of, level_of, pages
from phosphene.desk.telling import Telling
from phosphene.exact import ProcessEnded, ProcessState, Results
from phosphene.painter.scene import Choice, Fact, Intent


async def perform(desk: AtDesk, call: Call) -> None:
    """Make the call, or start the process, and show what comes of it. Raises what a call raises."""
    task = call.task
    if task.is_process:
        # Shielded: what a person does meanwhile ends the waiting, never a start that is on its way.
        await watch(desk, call, Telling(await asyncio.shield(desk.mcu.start(task.name, call.values))))
    elif task.idempotent and task.privilege == "read":
        await live(desk, call)
    else:
        results = await asyncio.shield(desk.mcu.call(task.name, call.values))
        if task.name == timers.START:
            await timers.watch(desk, call.texts["name"], call.texts["seconds"])
        else:
            show_results(desk, call, facts_of(results, call.texts))


async def live(desk: AtDesk, call: Call, page: int = 0) -> None:
    """Show what the task tells, and ask it again every second; a constant is then simply not painted again."""

    async def ask() -> list[Fact]:
        results = await desk.mcu.call(call.task.name, call.values, timeout=ANSWER_S)
        return facts_of(results, call.texts, live=True)

    def show(facts: list[Fact]) -> None:
        show_results(desk, call, facts, page, again=lambda following: partial(live, desk, call, following))

    await keep_asking(desk, ask, show)


async def watch(desk: AtDesk, call: Call, telling: Telling) -> None:
    """Show the process until its end; Stop aborts it. Raises ProcessEnded when it failed or was made safe."""
    process = telling.process
    actions: dict[str, Doing] = {scenes.STOP.key: partial(_stop, desk, call, telling)}
    resume = partial(watch, desk, call, telling)
    async with aclosing(telling.steps()) as steps:
        async for step, age_s in steps:
            scene = scenes.scene(
                f"{call.task.name}.runs",
                title=call.title,
                facts=pages(_progress(call, step, age_s), call.beside)[0],
                choices=(scenes.STOP, scenes.HOME),
                intent=Intent.PROGRESS,
                icon=scenes.icon(call.task),
            )
            desk.present(scene, actions, resume=resume)
    try:
        results = await process.result()
    except ProcessEnded as end:
        if end.state is not ProcessState.ABORTED:
            raise
        scene = scenes.scene(
            f"{call.task.name}.stopped",
            title=f"Stopped: {call.title}",
            facts=pages(_progress(call, process.progress), call.beside)[0],
            choices=(scenes.AGAIN, scenes.HOME),
            icon=scenes.icon(call.task),
        )
        desk.present(scene, {scenes.AGAIN.key: partial(desk.confirm, call)}, end.text, resume)
    else:
        show_results(desk, call, facts_of(results, call.texts))


async def _stop(desk: AtDesk, call: Call, telling: Telling) -> None:
    await asyncio.shield(telling.process.abort())
    await watch(desk, call, telling)


def show_results(
    desk: AtDesk, call: Call, facts: list[Fact], page: int = 0, *, again: Callable[[int], Doing] | None = None
) -> None:
    """Show one page of the results. Those of an effect stay as they were told; `again` asks anew for a page."""
    whole = pages(facts, call.beside)
    effect = call.task.privilege != "read"
    choices: list[Choice] = [scenes.AGAIN] if effect else []
    actions: dict[str, Doing] = {scenes.AGAIN.key: partial(desk.confirm, call)}
    if len(whole) > 1:
        choices.append(scenes.MORE)
        following = (page + 1) % len(whole)
        actions[scenes.MORE.key] = again(following) if again else partial(_turn, desk, call, facts, following)
    scene = scenes.scene(
        f"{call.task.name}.{page}",
        title=call.title if facts else f"Done: {call.title}",
        facts=whole[page],
        choices=(*choices, scenes.HOME),
        icon=scenes.icon(call.task) or ("check" if effect else ""),
    )
    hint = "" if call.title == call.words else call.words
    desk.present(scene, actions, hint, resume=again(page) if again else partial(_turn, desk, call, facts, page))


async def _turn(desk: AtDesk, call: Call, facts: list[Fact], page: int) -> None:
    show_results(desk, call, facts, page)


def _progress(call: Call, step: Results | None, age_s: float | None = None) -> list[Fact]:
    """Return a step as facts; with `age_s` as the newest of a process that goes on, which is struck when it is old."""
    if step is None:
        return []
    levels = {f"{call.task.name}.{name}": level_of(step, call.texts, name) for name in step}
    facts = facts_of(step, call.texts, age_s=age_s or 0.0, live=age_s is not None)
    return [replace(fact, level=levels.get(fact.key)) for fact in facts]
