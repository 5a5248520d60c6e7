# SPDX-License-Identifier: Apache-2.0
"""A stage: the device's dialogue with a simulated clock and board. Who speaks on it, and how well it hears, is not its.

Its doings are generators that yield a `Situation` at each step and are sent the decision for it, so that a bench can
run one session and a training many in step.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from phosphene.line.dictionary import Task
from phosphene.perception.percepts import Gesture, Word
from phosphene.policy import dialogue as talk
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Call, Hush, Pending, Running, Stop, Wish
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.situation import MOST_WORDS, Person, Situation

Steps: TypeAlias = Generator[Situation, Decision, None]
PAINT_S: Final = 0.25
"""From a wish for a screen to the frame on it."""
COMMIT_S: Final = 0.2
SILENCE_S: Final = 0.5
END_S: Final = 0.9
"""From an utterance's end to its words, where all of them are committed then."""
IDLE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word as the recogniser gives it out. `first` is what it took it for at first, None if it was sure at once."""

    text: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()
    first: str | None = None
    tag: str = ""
    """Of what argument the speaker meant it; for whoever teaches, not for the device."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that the board did: a call, a stop or a hush; and when."""

    wish: Wish
    time_s: float

    @property
    def effect(self) -> bool:
        """Whether it changed something in the world."""
        return not isinstance(self.wish, Call) or self.wish.pending.task.privilege != "read"


@dataclass(slots=True)
class Stage:
    """`refuses` says whether the board declines a call; `lasts_s` how long its processes run."""

    lexicon: Lexicon
    refuses: Callable[[Pending], bool] = lambda _: False
    lasts_s: float = 30.0
    now_s: float = 100.0
    person: Person = field(default_factory=Person)
    dialogue: talk.Dialogue = field(default_factory=lambda: talk.begin(100.0))
    done: list[Done] = field(default_factory=list[Done])
    asked_back: int = 0
    tags: dict[int, str] = field(default_factory=dict[int, str])
    _words: list[Word] = field(default_factory=list[Word])
    _ends: dict[int, float] = field(default_factory=dict[int, float])
    _count: int = 0
    _stepped_s: float = 100.0

    def look(self, present: bool, looking: float, distance_cm: float = 60.0, gesture: Gesture | None = None) -> None:
        """Somebody comes, goes, looks up or away, or shows a hand; seen from the next step on."""
        self.person = Person(self.now_s, present, distance_cm if present else 0.0, looking if present else 0.0, gesture)

    def run(self, task: Task) -> None:
        """A process runs already."""
        pid = max(self._ends, default=0) + 1
        self._ends[pid] = self.now_s + self.lasts_s
        self.dialogue = talk.told(self.dialogue, self.now_s, started=Running(pid, task))

    def ring(self, name: str) -> None:
        """An alarm begins."""
        self.dialogue = talk.rings(self.dialogue, name, self.now_s)

    def say(self, words: Sequence[Spoken], pace_s: float = 0.4) -> Steps:
        """Somebody says something that is heard as `words`, and is silent for a moment."""
        for spoken in words:
            start = self.now_s
            self._pass(pace_s)
            if spoken.first is not None:
                self._hear(Spoken(spoken.first, 0.6 * spoken.confidence, tag=spoken.tag), start, committed=False)
                yield from self._step()
                self._words.pop()
                self._count -= 1
            self._pass(COMMIT_S)
            self._hear(spoken, start, committed=True)
            yield from self._step()
        self._pass(SILENCE_S)
        yield from self._step(ended=True)

    def say_at_once(self, words: Sequence[Spoken], pace_s: float = 0.4) -> Steps:
        """The same where the recogniser commits an utterance's words at its end, as the device's does."""
        first = len(self._words)
        for spoken in words:
            start = self.now_s
            self._pass(pace_s)
            self._hear(spoken, start, committed=False)
            if self.now_s - self._stepped_s >= IDLE_S:
                yield from self._step()
        self._pass(END_S)
        self._words[first:] = [replace(word, committed=True) for word in self._words[first:]]
        yield from self._step(ended=True)

    def type(self, words: Sequence[Spoken]) -> Steps:
        """Somebody types a line: all of it comes at one time."""
        self._pass(0.5)
        for spoken in words:
            self._hear(spoken, self.now_s, committed=True)
        yield from self._step(ended=True)

    def touch(self, decision: Decision) -> Steps:
        """A finger on the button that stands for `decision`."""
        self._pass(0.3)
        yield from self._step(touched=decision)

    def wait(self, seconds: float) -> Steps:
        """Nothing happens, for a while."""
        end = self.now_s + seconds
        while self.now_s < end:
            self._pass(min(IDLE_S, end - self.now_s))
            yield from self._step()

    def _step(self, *, ended: bool = False, touched: Decision | None = None) -> Steps:
        person = Person(
            self.now_s, self.person.present, self.person.distance_cm, self.person.looking, self.person.gesture
        )
        situation = Situation(
            self.now_s, self.lexicon, self.dialogue, tuple(self._words[-MOST_WORDS:]), ended, person, touched
        )
        self._stepped_s = self.now_s
        decision = yield situation
        self.asked_back += decision.action in (Action.UNSURE, Action.NOT_UNDERSTOOD)
        self.dialogue, wish = talk.after(
            self.dialogue, decision, self.now_s, yes=situation.yes, attention=person.attention
        )
        if wish is not None:
            self._do(wish)
            self._pass(0.1)

    def _do(self, wish: Wish) -> None:
        match wish:
            case Call(pending) if self.refuses(pending):
                self.dialogue = talk.told(self.dialogue, self.now_s, refused=True)
                return
            case Call(pending) if pending.task.is_process:
                self.run(pending.task)
            case Call():
                self.dialogue = talk.told(self.dialogue, self.now_s)
            case Stop(process):
                self._ends.pop(process.pid, None)
                self.dialogue = talk.ended(self.dialogue, process.pid, self.now_s)
            case Hush():
                pass
        self.done.append(Done(wish, self.now_s))

    def _hear(self, spoken: Spoken, start_s: float, *, committed: bool) -> None:
        self._count += 1
        self.tags[self._count] = spoken.tag
        word = Word(self._count, spoken.text, start_s, self.now_s, spoken.confidence, committed, spoken.others)
        self._words.append(word)

    def _pass(self, seconds: float) -> None:
        self.now_s += seconds
        shown = self.dialogue.shown
        if self.now_s >= shown.since_s + PAINT_S:
            self.dialogue = talk.put_up(self.dialogue, shown.since_s + PAINT_S)
        for pid in [pid for pid, end in self._ends.items() if end <= self.now_s]:
            del self._ends[pid]
            self.dialogue = talk.ended(self.dialogue, pid, self.now_s)
