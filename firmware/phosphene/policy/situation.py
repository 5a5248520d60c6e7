# SPDX-License-Identifier: Apache-2.0
"""All that the policy goes by at one step."""

from __future__ import annotations

from dataclasses import dataclass, field

from phosphene.perception.percepts import Gesture, Seen, Word
from phosphene.policy.consent import Attention, Yes
from phosphene.policy.decision import Decision
from phosphene.policy.dialogue import Dialogue, Kind
from phosphene.policy.lexicon import Lexicon

MOST_WORDS = 16
_LONGEST_AGO_S = 8.0
_PAUSE_S = 0.45
"""A longer silence between two words, and another utterance begins."""
YES_WORDS = frozenset({"yes", "okay"})
STOP_WORDS = frozenset({"stop", "cancel", "pause", "off", "quiet"})
_OPEN = frozenset({Kind.HOME, Kind.PUZZLED, Kind.RESULT, Kind.REFUSED, Kind.WORKING})
"""What is shown where no question waits for an answer."""
_LIKELY = 0.15
"""So likely a second reading must be to stop anything: "of" may always have been "off"."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is before the device, or who is taken to be.

    `distance_cm` and `looking` (0 … 1) are of the nearest face, 0 where there is none.
    """

    time_s: float = 0.0
    present: bool = False
    distance_cm: float = 0.0
    looking: float = 0.0
    gesture: Gesture | None = None
    assumed: bool = False
    """Nobody was seen, but somebody acts: they speak where there is no camera, or they type."""

    @classmethod
    def of(cls, seen: Seen) -> Person:
        """Return who is to be seen in a picture."""
        face = seen.nearest
        gesture = next((hand.gesture for hand in seen.hands if hand.gesture is not None), None)
        if face is None:
            return cls(seen.time_s, gesture=gesture)
        return cls(seen.time_s, True, face.distance_cm, face.looking, gesture)

    @classmethod
    def unseen(cls, time_s: float) -> Person:
        """Return somebody who must be there, since they act."""
        return cls(time_s, present=True, looking=1.0, assumed=True)

    @property
    def attention(self) -> Attention | None:
        """What consent goes by; None where nobody was seen."""
        return None if self.assumed else Attention(self.time_s, self.present, self.looking)


@dataclass(frozen=True, slots=True)
class Situation:
    """A step's senses and the dialogue so far. Times are on the host's monotonic clock.

    A step is due with every word event, touch, gesture and change of presence, when the board answers, and every two
    seconds of nothing. `words` are what was heard lately, oldest first. `ended` says that an utterance ended with this
    step. `touched` is what the button stands for that a finger is on.
    """

    now_s: float
    lexicon: Lexicon
    dialogue: Dialogue
    words: tuple[Word, ...] = ()
    ended: bool = False
    person: Person = field(default_factory=Person)
    touched: Decision | None = None

    @property
    def heard(self) -> tuple[Word, ...]:
        """The words of the newest utterance, as far as nothing was done about them yet; at most MOST_WORDS."""
        since = max(self.dialogue.heeded_s, self.now_s - _LONGEST_AGO_S)
        recent = [word for word in self.words if word.start_s >= since][-MOST_WORDS:]
        pauses = [n for n in range(1, len(recent)) if recent[n].start_s - recent[n - 1].end_s > _PAUSE_S]
        return tuple(recent[pauses[-1] if pauses else 0 :])

    @property
    def stop(self) -> bool:
        """Whether anything was said or shown that may stop what runs: a word that means so, or a hand."""
        likely = (text for word in self.heard for text, share in ((word.text, 1.0), *word.others) if share > _LIKELY)
        return self.person.gesture is not None or not STOP_WORDS.isdisjoint(text.lower() for text in likely)

    @property
    def halt(self) -> bool:
        """Whether "stop" is all that was said, while something runs and nothing is asked: whoever says it, from
        wherever, must be heeded.
        """
        said = {word.text.lower() for word in self.heard if word.committed}
        return self.ended and said == {"stop"} and bool(self.dialogue.running) and self.dialogue.shown.kind in _OPEN

    @property
    def yes(self) -> Yes | None:
        """The yes that a decision for YES would rest on: a finger, or the last word that is one."""
        if self.touched is not None:
            return Yes(self.now_s, touched=True)
        said = [word for word in self.heard if word.committed and word.text.lower() in YES_WORDS]
        return Yes(said[-1].start_s, said[-1].confidence) if said else None
