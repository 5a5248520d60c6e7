# SPDX-License-Identifier: Apache-2.0
"""What hearing makes of a stream before anything is decided on it: so that several can decide on the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phosphene.perception.audio.front import Chances, Front
from phosphene.perception.audio.hops import HOP
from phosphene.perception.audio.listener import Change, Listener
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.perception.speech_stores import Samples, as_int16


def chances(front: Front, samples: Samples) -> Iterator[Chances]:
    """Yield what a fresh stream gives, hop by hop; its first sample is at 0 s."""
    front.reset()
    sound = as_int16(samples)
    for at in range(0, sound.size, HOP):
        yield from front.add(Sound(sound[at : at + HOP], at / RATE_HZ))


class Committing(Listener):
    """A listener that doesn't say what is provisional: what it commits is the same, and takes half the time."""

    def show(self) -> Change:
        """Say nothing."""
        return Change()


def changes(listener: Listener, hops: Iterable[Chances]) -> Iterator[Change]:
    """Yield what a listener makes of them, as in `Hearing`; the stream's end ends the utterance."""
    for hop in hops:
        if hop.broken or not len(hop.columns):
            yield listener.end()
        if hop.broken:
            listener.forget()
        if len(hop.columns):
            yield listener.hop(hop.columns, hop.frames, hop.end_s, hop.level_db)
    yield listener.end()
