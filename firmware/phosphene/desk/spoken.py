# SPDX-License-Identifier: Apache-2.0
"""What an utterance means at the desk: a choice that is shown, an answer to what is asked, a task, or nothing.

A stand-in, as the desk is: who speaks to whom is for the policy to know. What it holds to already: a spoken yes counts
for what could be read before it was said, and only when it was clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from phosphene.desk import scenes
from phosphene.desk.filling import Filled, answered
from phosphene.desk.matching import understand
from phosphene.desk.numbers import in_digits
from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.painter.scene import Choice, Scene
from phosphene.senses.utterance import Utterance

_SURE: Final = 0.5
"""Below this a word is shown, but nothing is done about it."""
_CONSENT: Final = 0.8
"""What a yes to an effect must have."""


class Acts(Protocol):
    """What a person can do at the desk."""

    def typed(self, line: str) -> None: ...
    def chosen(self, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Press:
    """A choice was said."""

    choice: Choice

    def do(self, desk: Acts) -> str:
        """Press it; return in words what was done."""
        desk.chosen(self.choice.key)
        return f"pressed {self.choice.text}"


@dataclass(frozen=True, slots=True)
class Ask:
    """A line was said that could have been typed."""

    line: str

    def do(self, desk: Acts) -> str:
        """Do as if it had been; return in words what was done."""
        desk.typed(self.line)
        return f"asked {self.line}"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing that the desk can do anything about, and why."""

    why: str

    def do(self, desk: Acts) -> str:
        """Do nothing; return why."""
        del desk
        return self.why


Meaning: TypeAlias = Press | Ask | Nothing


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands there while somebody speaks. `pending` is what was asked about, if anything was; `shown_s` is since
    when the scene is on the screen, None if it isn't yet."""

    scene: Scene
    pending: Filled | None
    dictionary: Dictionary
    shown_s: float | None


async def meaning(mcu: Coprocessor, said: Utterance, there: Situation) -> Meaning:
    """Return what `said` means. The board turns numbers into digits; nothing is guessed when it doesn't answer."""
    if said.confidence < _SURE:
        return Nothing("not clear enough")
    choice = _choice(said.line, there.scene)
    if choice is not None:
        if there.shown_s is None or said.start_s < there.shown_s:
            return Nothing("said before the question could be read")
        if choice.key == scenes.YES.key and said.confidence < _CONSENT:
            return Nothing("a yes must be clearer than that")
        return Press(choice)
    try:
        line = " ".join(await in_digits(mcu, [word.text for word in said.words]))
        if there.pending is None or answered(there.pending, line) is None:
            understand(line, there.dictionary)
    except LineError as refusal:
        return Nothing(refusal.message)
    return Ask(line)


def _choice(line: str, scene: Scene) -> Choice | None:
    """The choice that reads as was said, or the only one that begins so: "stop" for "Stop the timer"."""
    low = line.lower()
    for choice in scene.choices:
        if choice.text.lower() == low:
            return choice
    begin = [choice for choice in scene.choices if choice.text.lower().split()[:1] == [low]]
    return begin[0] if len(begin) == 1 else None
