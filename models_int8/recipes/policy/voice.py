# SPDX-License-Identifier: Apache-2.0
"""Somebody's voice and finger before the stage; what is meant by it is known to the teacher."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from phosphene.line.dictionary import Task
from phosphene.policy.decision import Action, Decision
from phosphene_tools.sessions.stage import Spoken, Stage, Steps
from recipes.policy.meant import NOTHING, Meant
from recipes.policy.mishearing import Ear, Said


@dataclass(slots=True)
class Voice:
    """`meant` is what the one who spoke last wants. `typing`: the words come by a keyboard, all at once and sure.
    `at_once`: the recogniser commits the words of an utterance at its end."""

    rng: np.random.Generator
    meant: Meant = field(default=NOTHING, init=False)
    stage: Stage = field(init=False)
    ear: Ear = field(init=False)
    typing: bool = field(default=False, init=False)
    at_once: bool = field(default=False, init=False)

    def touch(self, action: Action, task: Task | None = None) -> Steps:
        """A finger on the button for `action`."""
        self.meant = NOTHING
        yield from self.stage.touch(Decision(action, task, touched=True))

    def speak(self, words: list[str], meant: Meant) -> Steps:
        """Say words that are nobody's argument."""
        yield from self.say([(word, "") for word in words], meant)

    def say(self, said: list[Said], meant: Meant) -> Steps:
        """Say words, or type them."""
        self.meant = meant
        if self.typing and meant is not NOTHING:
            yield from self.stage.type([Spoken(word, 1.0, tag=tag) for word, tag in said])
        else:
            say = self.stage.say_at_once if self.at_once else self.stage.say
            yield from say(self.ear.hear(said), float(self.rng.uniform(0.25, 0.5)))
