# SPDX-License-Identifier: Apache-2.0
"""The moment: one tick of the primary loop. It flows through the stages in one direction; each fills in its own part.

    sense ─▶ perceive ─▶ decide ─▶ prove ─▶ compose ─▶ paint, read, show

A stage takes a moment and returns it with more in it. What one tick needs of the one before, it finds in that moment:
the loop keeps nothing else. So a trace is the moments, and who is given the same senses makes the same of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from phosphene.condition import Condition
from phosphene.painter.scene import Choice, Fact, Scene
from phosphene.perception.percepts import Heard, Seen, Word
from phosphene.policy.consent import Yes
from phosphene.policy.decision import WAIT, Decision
from phosphene.policy.dialogue import Dialogue, Wish, begin
from phosphene.policy.policy import State
from phosphene.policy.situation import Person
from phosphene.prove.news import News


@dataclass(frozen=True, slots=True)
class Displayed:
    """The frame that is on the screen: of which tick's scene, its own number, since when, and a hash of its pixels."""

    tick: int
    frame: int
    time_s: float
    pixels: str


@dataclass(frozen=True, slots=True)
class Sensed:
    """All that came in since the tick before. `seen` is the newest picture's; `touched` are keys of choices, `typed`
    whole lines, `told` what the board said. `board` says whether it answers, `camera` whether there is one at all.
    """

    heard: tuple[Heard, ...] = ()
    seen: Seen | None = None
    touched: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    told: tuple[News, ...] = ()
    displayed: Displayed | None = None
    board: bool = True
    camera: bool = True
    conditions: frozenset[Condition] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """What the board said of what is shown; `asked` is the tick that asked. None of it was made here."""

    asked: int = 0
    title: str = ""
    facts: tuple[Fact, ...] = ()
    hint: str = ""
    settled: bool = False
    """These are arguments that wait for a yes."""
    since: int = 0
    """The tick in which they were settled: an older frame doesn't show them."""
    gone: bool = False
    """What was asked for again and again is answered no more."""
    pid: int = 0
    """The process that is shown, whoever began it; 0 for none."""

    @property
    def shown_from(self) -> int:
        """The tick from which on a frame can show it."""
        return max(self.asked, self.since)


@dataclass(frozen=True, slots=True)
class Screenful:
    """A scene, what its choices stand for, and in words what is too long for it."""

    scene: Scene
    actions: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    hint: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be touched, or said."""
        return self.scene.choices


@dataclass(frozen=True, slots=True)
class Moment:
    """One tick. Times are on the host's monotonic clock, in seconds."""

    tick: int
    time_s: float
    sensed: Sensed = Sensed()

    # perceive: what was heard lately, who is there, and what a finger said
    words: tuple[Word, ...] = ()
    person: Person = field(default_factory=Person)
    ended: bool = False
    """An utterance ended with this tick."""
    due: bool = False
    """Something came that may be a reason to do something."""

    touched: Decision | None = None
    """What the choice under the finger stands for, or a line that leaves nothing to guess."""

    # decide: what is wanted. `memory` is the network's, and `decided_s` when it last went on.
    said: tuple[Word, ...] = ()
    """The words that the decision could rest on."""
    decision: Decision = WAIT
    yes: Yes | None = None
    memory: State = field(default_factory=State.fresh)
    decided_s: float = 0.0

    # prove: what is between the device and its user, what the board is to do, and what it said
    dialogue: Dialogue = field(default_factory=lambda: begin(0.0))
    wish: Wish | None = None
    proof: Proof = Proof()

    waiting: tuple[News, ...] = ()
    """What a person is still to be told of the board: shown when nothing else stands on the screen."""

    # compose: what is to be seen
    page: int = 0
    screenful: Screenful | None = None

    # how it went: milliseconds by stage, and the stages that were too late and therefore left out
    spent_ms: Mapping[str, float] = field(default_factory=dict[str, float])
    late: tuple[str, ...] = ()

    @classmethod
    def first(cls, time_s: float) -> Moment:
        """Return the moment before the first."""
        return cls(0, time_s, decided_s=time_s, dialogue=begin(time_s))

    def next(self, time_s: float, sensed: Sensed) -> Moment:
        """Return the moment after this one, with what was sensed: what lasts is kept, what was done is done."""
        return replace(
            self,
            tick=self.tick + 1,
            time_s=time_s,
            sensed=sensed,
            ended=False,
            due=False,
            touched=None,
            said=(),
            decision=WAIT,
            yes=None,
            wish=None,
            spent_ms={},
            late=(),
        )
