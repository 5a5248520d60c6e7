# SPDX-License-Identifier: Apache-2.0
"""People before a whole device: what they ask of the firmware's own tasks, and how they go on. The bench's own."""

from __future__ import annotations

import asyncio
import random
import re
import shlex
from functools import partial
from typing import Final

from phosphene.moment import Moment
from phosphene.policy.dialogue import Kind
from phosphene.policy.number_words import KINDS
from phosphene_tools.bench.mixed_calls import MAKERS
from phosphene_tools.bench.sessions_ear import Ear
from phosphene_tools.bench.sessions_seat import Seat
from phosphene_tools.sessions.stage import Spoken

_LINES: Final = (
    "set a timer for {number} {time}",
    "start a timer {name} {number} minutes",
    "how long is left {name}",
    "which timers are set",
    "work out {number} {sign} {number}",
    "calculate {number} {sign} {number}",
    "divide {number} {number} floor",
    "split the bill {number} {small}",
    "share out {number} {small} {small}",
    "with tax {number} excluded {small} half_up",
    "times the price {number} {small} half_up",
    "cube root of {number} {small}",
    "to the power of {small} {small}",
    "how many percent {small} share {number}",
    "convert {number} {unit} {unit}",
    "how many of these are {number} {time} {time}",
    "which weekday is 20{pair}-0{small}-1{small}",
    "how many days until 2026-0{small}-1{small} 2027-0{small}-2{small}",
    "which number is {words}",
    "how many seconds are {words} minutes",
    "what time is it",
    "is it safe",
    "what about {output}",
    "turn {output} on",
    "dim {output} {number} {small} 900",
    "start the stopwatch {name}",
    "what does the stopwatch say {name}",
    "lap {name}",
    "temperature of room",
    "set the temperature room {pair}",
    "pour {small} milliliters",
)
_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NAMES: Final = ("tea", "bread", "ella")
_UNITS: Final = ("kilometers", "meters", "miles", "grams", "kilograms", "liters")
_TIMES: Final = ("seconds", "minutes", "hours")
_OUTPUTS: Final = ("fan", "led", "valve", "pump")
_SIGNS: Final = {"typed": ("+", "-", "*"), "said": ("plus", "minus", "times")}
_TURNS: Final = 5
_SHOWN_S: Final = 2.5
_STAYS_S: Final = 0.4
_LONGEST: Final = 12
"""Longer arguments have answers that no screen can hold."""
_STOPS: Final = (Kind.HOME, Kind.RESULT, Kind.WORKING, Kind.REFUSED, Kind.PUZZLED, Kind.ALARM)


class Visitor:
    """One person. A share `errors` of what they say is misheard."""

    def __init__(self, rng: random.Random, seat: Seat, errors: float) -> None:
        self._rng, self._seat = rng, seat
        words = [word for task in seat.dictionary.tasks for phrase in task.says for word in phrase.lower().split()]
        self._ear = Ear(rng, errors, [*words, *_ONES, *_TENS, "yes", "no", "stop"])

    async def ask(self) -> None:
        """Ask one thing of the device, and see it through for a few turns."""
        rng, seat = self._rng, self._seat
        before = self._shown
        if rng.random() < 0.3:
            seat.type(self._exactly())
        elif rng.random() < 0.4:
            seat.type(self._line("typed"))
        else:
            await seat.say(self._ear.hear(self._line("said").split()))
        for _ in range(_TURNS):
            if not await seat.until(partial(_changed, before), _SHOWN_S):
                return  # nothing was made of it
            before = self._shown
            if not await self._goes_on():
                return

    async def leave(self) -> None:
        """Stop what runs, and go back to where people begin."""
        seat = self._seat
        if seat.moment is not None and seat.moment.dialogue.running:
            await seat.say([Spoken("stop", 0.97)])
        seat.touch("loop.home")
        await asyncio.sleep(_STAYS_S)

    @property
    def _shown(self) -> float:
        return _since(self._seat.moment) if self._seat.moment is not None else 0.0

    async def _goes_on(self) -> bool:
        """Answer what is asked; return whether there was something to answer."""
        rng, seat = self._rng, self._seat
        moment = seat.moment
        if moment is None or moment.dialogue.shown.kind in _STOPS:
            await asyncio.sleep(rng.uniform(_STAYS_S, 3 * _STAYS_S))  # so that values that change do so
            return False
        shown = moment.dialogue.shown
        if shown.kind is Kind.CONFIRM:
            agrees = rng.random() < 0.85
            if rng.random() < 0.5:
                seat.touch("loop.yes" if agrees else "loop.no")
            else:
                await seat.say([Spoken("yes" if agrees else "no", 0.97)])
        elif shown.kind is Kind.CHOOSE and moment.screenful is not None:
            seat.touch(
                rng.choice([key for key in moment.screenful.actions if key.startswith("task.")] or ["loop.home"])
            )
        elif shown.wanted is not None:
            wanted = shown.wanted
            numeric = wanted.kind in KINDS
            text = self._number("said") if numeric else rng.choice(wanted.choices or (*_NAMES, *_OUTPUTS, *_UNITS))
            await seat.say(self._ear.hear(text.split()))
        return True

    def _exactly(self) -> str:
        """A task's full name with arguments that it can have."""
        for _ in range(50):
            case = self._rng.choice(MAKERS)(self._rng)
            texts = [str(value) for value in case.arguments.values()]
            if all(len(text) <= _LONGEST and text for text in texts):
                return " ".join((case.task, *map(shlex.quote, texts)))
        return "exact.integer 6 * 7"

    def _line(self, how: str) -> str:
        rng = self._rng
        line = rng.choice(_LINES)
        digits = how == "typed" or "-" in line
        draws = {
            "number": lambda: self._number(how),
            "small": lambda: str(rng.randint(2, 9)) if digits else rng.choice(_ONES[1:]),
            "words": lambda: self._number("said"),
            "pair": lambda: str(rng.randint(10, 29)),
            "name": lambda: rng.choice(_NAMES),
            "unit": lambda: rng.choice(_UNITS),
            "time": lambda: rng.choice(_TIMES),
            "output": lambda: rng.choice(_OUTPUTS),
            "sign": lambda: rng.choice(_SIGNS[how]),
        }
        return re.sub(r"{(\w+)}", lambda blank: draws[blank[1]](), line)

    def _number(self, how: str) -> str:
        rng = self._rng
        if how == "typed":
            return str(rng.randint(2, 99)) + (f".{rng.randint(1, 99):02}" if rng.random() < 0.3 else "")
        return f"{rng.choice(_TENS)} {rng.choice(_ONES)}" if rng.random() < 0.5 else rng.choice((*_ONES, *_TENS))


def _changed(before: float, moment: Moment) -> bool:
    return _since(moment) != before and _settled(moment)


def _since(moment: Moment) -> float:
    return moment.dialogue.shown.since_s


def _settled(moment: Moment) -> bool:
    """Whether what is shown is on the screen, and the board has said what it has to say."""
    shown = moment.dialogue.shown
    if shown.kind is Kind.WORKING and not moment.proof.pid:
        return False
    return shown.on_screen_s is not None
