# SPDX-License-Identifier: Apache-2.0
"""Talk that isn't for the device: others, a television, asides, with words of the device's in it."""

from __future__ import annotations

from phosphene_tools.sessions.stage import Steps
from recipes.policy.draws import one
from recipes.policy.meant import NOTHING
from recipes.policy.voice import Voice
from recipes.policy.words import REAL, TALK


def without_goal(voice: Voice) -> Steps:
    """Somebody is there, or nobody, and wants nothing of the device."""
    rng, stage = voice.rng, voice.stage
    for _ in range(int(rng.integers(1, 4))):
        kind = rng.random()
        if kind < 0.15:
            stage.look(True, float(rng.uniform(0.0, 1.0)), float(rng.uniform(40, 300)))
            yield from stage.wait(float(rng.uniform(2, 8)))
        else:
            yield from noise(voice, present=bool(rng.random() < 0.6))


def noise(voice: Voice, *, present: bool) -> Steps:
    """Talk that isn't for the device, with words of the device's in it."""
    rng = voice.rng
    voice.stage.look(present, float(rng.beta(1.2, 3)) if present else 0.0, float(rng.uniform(60, 350)))
    for _ in range(int(rng.integers(1, 3))):
        yield from voice.speak(_chatter(voice), NOTHING)
    yield from voice.stage.wait(0.5)


def aside(voice: Voice) -> Steps:
    """Somebody else says something, or the user to somebody else, looking away."""
    looking = voice.stage.person.looking
    if voice.rng.random() < 0.7:
        voice.stage.look(True, float(voice.rng.uniform(0.0, 0.4)))
    yield from voice.speak(_chatter(voice), NOTHING)
    voice.stage.look(True, looking)


def _chatter(voice: Voice) -> list[str]:
    rng = voice.rng
    own = list(voice.stage.lexicon.number)
    words = [
        one(rng, own) if rng.random() < 0.25 else one(rng, TALK if rng.random() < 0.8 else REAL)
        for _ in range(int(rng.integers(2, 9)))
    ]
    if rng.random() < 0.12:
        words.insert(int(rng.integers(len(words) + 1)), one(rng, ("yes", "no", "stop", "go", "okay", "thanks")))
    if rng.random() < 0.12:
        task = voice.stage.lexicon.tasks[rng.integers(len(voice.stage.lexicon.tasks))]
        words[1:1] = one(rng, task.says).lower().split()
    return words[:12]
