# SPDX-License-Identifier: Apache-2.0
"""What happens at the desk: a line is understood, asked back about, confirmed, called, and its results are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from phosphene.desk import performing, scenes, spoken, timers
from phosphene.desk.at_desk import Doing, Shows
from phosphene.desk.calls import Call, settled
from phosphene.desk.filling import Filled, answered, completed, nothing_said
from phosphene.desk.matching import said, tasks_for_people, understand
from phosphene.errors import PhospheneError
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.events import LinkState
from phosphene.painter.scene import Choice, Scene
from phosphene.senses.utterance import Utterance

_ON_A_PAGE: Final = 3
_LOOK_S: Final = 0.1
_THERE: Final = (LinkState.UP, LinkState.PAUSED)


class Desk:
    """One person, one screen, one board. What a person does ends what was shown, not what runs on the board."""

    def __init__(self, screen: Shows) -> None:
        self._screen = screen
        self._mcu: Coprocessor | None = None
        self._dictionary: Dictionary | None = None
        self._task: asyncio.Task[None] | None = None
        self._fault: asyncio.Future[None] | None = None
        self._actions: Mapping[str, Doing] = {}
        self._pending: Filled | None = None
        self._resume: Doing | None = None
        self._shown: tuple[Scene, str] | None = None
        self.present(scenes.waking(), {})

    @property
    def mcu(self) -> Coprocessor:
        """The board. Only while `serve` runs."""
        assert self._mcu is not None
        return self._mcu

    def typed(self, line: str) -> None:
        """Do what `line` says. Before the board is there, nothing."""
        if self._mcu is not None and self._dictionary is not None:
            self.do(partial(self._understand, line, self._dictionary, self._pending))

    def chosen(self, key: str) -> None:
        """Do what the choice `key` of the scene that is shown stands for."""
        action = self._actions.get(key)
        if action is not None and self._mcu is not None:
            self.do(action)

    async def said(self, utterance: Utterance, shown_s: float | None) -> str:
        """Do what was said; return in words what came of it. `shown_s` is since when the scene is on the screen."""
        if self._mcu is None or self._dictionary is None or self._shown is None:
            return "the board is not there yet"
        there = spoken.Situation(self._shown[0], self._pending, self._dictionary, shown_s)
        return (await spoken.meaning(self._mcu, utterance, there)).do(self)

    def about(self) -> dict[str, Any]:
        """State of the board in words, and the tasks that can be typed."""
        if self._mcu is None or self._dictionary is None:
            return {"board": "waking the board", "tasks": []}
        tasks = [{"type": said(task), "help": task.help} for task in tasks_for_people(self._dictionary)]
        tasks += [{"type": task.name, "help": task.help} for task in self._dictionary.tasks]
        how = "live" if self._mcu.state in _THERE else "does not answer"
        return {"board": f"{self._mcu.hello.board}: {how}", "tasks": tasks}

    async def serve(self, mcu: Coprocessor) -> None:
        """Serve until cancelled. Raises what loading the dictionary raises."""
        dictionary = await mcu.dictionary()
        self._mcu, self._dictionary = mcu, dictionary
        self._fault = asyncio.get_running_loop().create_future()
        self.do(self.home)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_board())
                if any(task.name == timers.RINGING for task in dictionary.tasks):
                    group.create_task(timers.hear(self))
                await self._fault
        finally:
            self._fault = None
            if self._task is not None:
                self._task.cancel()
            self._mcu = None

    # ---- for the steps

    def do(self, doing: Doing) -> None:
        """Begin `doing` in place of what is being done."""
        if self._task is not None:
            self._task.cancel()
        self._actions, self._pending, self._resume = {}, None, None
        self._task = asyncio.create_task(self._guarded(doing))

    def present(self, scene: Scene, actions: Mapping[str, Doing], hint: str = "", resume: Doing | None = None) -> None:
        """Show `scene` with what its choices do. `resume` shows it again when the board was away meanwhile."""
        self._actions = {scenes.HOME.key: self.home, scenes.CANCEL.key: self.home} | dict(actions)
        self._resume = resume
        if (scene, hint) != self._shown:
            self._screen.show(scene, hint)
        self._shown = (scene, hint)

    def resuming(self) -> Doing:
        """What goes on after an interruption."""
        return self._resume or self.home

    async def home(self) -> None:
        """Show what can be asked."""
        await self._list(0)

    async def confirm(self, call: Call) -> None:
        """Show what would be done, and do it after a yes."""
        actions: dict[str, Doing] = {scenes.YES.key: partial(performing.perform, self, call), scenes.NO.key: self.home}
        self.present(scenes.confirm(call.task, call.facts), actions, call.task.help, partial(self.confirm, call))

    # ---- the steps

    async def _understand(self, line: str, dictionary: Dictionary, pending: Filled | None) -> None:
        """A line is the answer to what was asked, if it can be; otherwise it begins anew."""
        named = any(task.name == line.split(maxsplit=1)[0] for task in dictionary.tasks if line.strip())
        answer = answered(pending, line) if pending and not named else None
        await self._begin(answer or understand(line, dictionary))

    async def _begin(self, filled: Filled) -> None:
        """Ask for what is missing, then for a yes if it has an effect, then do it."""
        if filled.missing:
            await self._ask(filled)
            return
        call = await settled(self.mcu, filled)
        await (performing.perform(self, call) if call.task.privilege == "read" else self.confirm(call))

    async def _ask(self, filled: Filled) -> None:
        wanted = filled.missing[0]
        options = wanted.choices or (("yes", "no") if wanted.kind == "bool" else ())
        choices: list[Choice] = []
        actions: dict[str, Doing] = {}
        for option in options[:_ON_A_PAGE]:
            answer = answered(filled, option)
            assert answer is not None, "a declared choice answers its question"
            choices.append(scenes.choice(f"desk.pick.{option}", option))
            actions[choices[-1].key] = partial(self._begin, answer)
        self.present(scenes.ask(filled, wanted, choices), actions, wanted.allowed(), partial(self._ask, filled))
        self._pending = filled

    async def _list(self, page: int) -> None:
        assert self._dictionary is not None
        tasks = tasks_for_people(self._dictionary)
        pages = -(-len(tasks) // _ON_A_PAGE) or 1
        here: Sequence[Task] = tasks[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
        choices = [scenes.choice(f"desk.task.{task.name}", said(task)) for task in here]
        actions: dict[str, Doing] = {
            f"desk.task.{task.name}": partial(self._begin, completed(nothing_said(task))) for task in here
        }
        if pages > 1:
            choices.append(scenes.MORE)
            actions[scenes.MORE.key] = partial(self._list, (page + 1) % pages)
        self.present(scenes.tasks(choices, page), actions, resume=partial(self._list, page))

    async def _guarded(self, doing: Doing) -> None:
        try:
            await doing()
        except PhospheneError as error:
            self.present(scenes.refuse(error, (scenes.HOME,)), {}, str(error))
        except Exception as error:
            if self._fault is None or self._fault.done():
                raise
            self._fault.set_exception(error)  # a fault of ours: whoever serves shall hear of it

    async def _watch_board(self) -> None:
        """Values vanish when the board does; when it is back, what was shown is asked for again."""
        resume: Doing | None = None
        gone: asyncio.Task[None] | None = None
        while True:
            there = self.mcu.state in _THERE
            if not there and self._resume is not None:
                resume = self._resume
                self.do(self._gone)
                gone = self._task
            elif there and gone is not None:
                if gone is self._task and resume is not None:
                    self.do(resume)
                gone = None
            await asyncio.sleep(_LOOK_S)

    async def _gone(self) -> None:
        self.present(scenes.gone(), {})
