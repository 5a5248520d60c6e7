# SPDX-License-Identifier: Apache-2.0
"""Which argument a correction is for: who says "no, twelve" means one of the values that are shown, and not which.

The pointer network says which words are the value. Whose value they are follows from what is shown: it can't be an
argument that they don't fit, nor one that shows them already, and a number is rather a number's than a name's. Of what
is left, the one that sounds most like what was said, or was heard worst, is the one that went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy.copying import ways
from phosphene.policy.decision import Words
from phosphene.policy.everyday import CONTROLS, FILLERS
from phosphene.policy.number_words import KINDS, number_like
from phosphene.policy.readings import readings
from phosphene.policy.shown import Pending, fits
from phosphene.policy.spelling import alike, sound
from phosphene.policy.units import EVERY, unit_words
from phosphene.policy.unsaid import is_key

_POINTED: Final = 0.2
"""What the network's own choice counts for, where all of likeness and all of doubt count 1."""


def corrected(
    found: Mapping[str, tuple[int, int]], heard: tuple[Word, ...], pending: Pending
) -> dict[str, tuple[int, int]]:
    """Return the spans `found` in a correction of `pending`, the one of them given to the argument it is for.

    Two spans or more name their arguments by their order, and stay as they are. Where the network found none and a
    number was said, the number is the value.
    """
    if len(found) > 1:
        return dict(found)
    name, span = next(iter(found.items()), ("", _number(heard)))
    if span is None:
        return {}
    words = heard[slice(*span)]
    shows = pending.arguments
    own = [a for a in pending.task.args if a.name in shows and not is_key(a)]
    can = [a for a in own if _may_be(a, words, len(words))] or [a for a in own if _may_be(a, words, 1)]
    if any(number_like(word.text) for word in words):
        can = [a for a in can if a.kind in KINDS] or can
    else:
        can = [a for a in can if a.kind != "text"] or can
    said = tuple(word.text.lower() for word in words)
    others = [a for a in can if _bare(a, shows[a.name]) != _bare(a, said)] or can
    if not others:
        return dict(found)
    doubt = {a.name: 1.0 - pending.sure.get(a.name, 1.0) for a in others}
    like = {a.name: _likeness(words, shows[a.name]) for a in others}
    best = max(others, key=lambda a: like[a.name] + doubt[a.name] + _POINTED * (a.name == name))
    return {best.name: span}


def _may_be(argument: Field, words: tuple[Word, ...], least: int) -> bool:
    """Whether a reading of at least so many of the words fits."""
    return any(fits(argument, said) for said, _ in ways(words) if len(said) >= least)


def _number(heard: tuple[Word, ...]) -> tuple[int, int] | None:
    """The only number that was heard, with its unit, if nothing else was but words like "no"."""
    kept = [place for place, word in enumerate(heard) if word.text.lower() not in FILLERS.union(CONTROLS)]
    texts = [heard[place].text.lower() for place in kept]
    if not any(map(number_like, texts)) or not all(number_like(text) or text in EVERY for text in texts):
        return None
    return kept[0], kept[-1] + 1


def _likeness(said: tuple[Word, ...], shown: Words) -> float:
    """How much each of the shown words sounds like one that was said, or was another reading of it: 0 … 1, on average.

    A word that is the same tells nothing of an error, but of the place: "forty" becomes "forty four".
    """
    known = [(text, share) for word in said for text, share in readings(word)]
    sounds = np.stack([sound(text) for text, _ in known])
    shares = np.array([share for _, share in known], np.float32)
    return float(np.mean([(alike(text.lower(), sounds) * shares).max() for text in shown])) if shown else 0.0


def _bare(argument: Field, words: Words) -> Words:
    """The words without the argument's own unit, which goes without saying."""
    own = unit_words(argument.unit) if argument.kind in KINDS else frozenset[str]()
    return tuple(word for word in words if word not in own)
