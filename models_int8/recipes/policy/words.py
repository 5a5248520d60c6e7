# SPDX-License-Identifier: Apache-2.0
"""Words for random dictionaries and for talk: real ones, and made-up ones so that no name can be learnt by heart."""

from __future__ import annotations

from typing import Final

import numpy as np

_ONSETS: Final = (
    *("b", "br", "d", "dr", "f", "fl", "g", "gl", "h", "j", "k", "kl", "l", "m", "n", "p", "pl", "r", "s", "st", "t"),
    *("tr", "v", "w", "z", "sh", "th", "ch"),
)
_VOWELS: Final = ("a", "e", "i", "o", "u", "ea", "oa", "ai", "ou")
_CODAS: Final = ("", "", "b", "ck", "d", "g", "l", "m", "n", "nd", "nt", "p", "r", "rt", "s", "st", "t", "x")
_REAL: Final = """
add alarm answer arm auto bake balance band base basket beam bell belt blade blend blink block blower boil bolt boost
bottle brake brew bright brush bucket buzz calm camera care cellar chain charge check chime clean clear clip coat code
coffee coil cold color cool copy count cover crane cream cup curtain cut cycle damp deep delay dock drain draw drill
drive drop dry dust echo edge engine entry face feed fence field file fill film filter find fire flash float flood
floor flow flush fold frame freeze front fuel gain garage garden gate gear glass grind grip guard hall hammer heat
heater hold hood hook horn hose hot ice inlet iron jet kettle key kitchen lamp latch launch leak left level lid lift
lime line link load loop loud low main map mark mask melt meter milk mill mirror mist mix motor mount music needle net
night north nozzle oil outlet oven pack paint panel path pedal pipe pitch plant plate play plug point pool port power
press print pulse pump purge push rack radio rail rain range ramp rate red reel relay reset rinse ring rock roll roof
room rope rotor run safe salt sand saw scan seal seat shade shaft shake shelf shield shower shut side signal sink
siren slide slow smoke soap socket solar south spin spray spring stage stand steam steer stir store strip suction sun
swing tank tap target tea test tide tilt torch tower track trap tray trim tube valve vent wall warm wash waste water
wave weight west wheel white wind window winch wine wipe wire yard zone blue green yellow small large fast quick
gentle strong
"""
REAL: Final = tuple(_REAL.split())
_LITTLE: Final = """
the a to of it is what how my at for on off up down in with and me
"""
LITTLE: Final = tuple(_LITTLE.split())
_TALK: Final = """
I you he she they we was were have had the a and but because when then about there really think know people year time
day thing man woman child world life work week company number group problem fact said told went come see good new
first last long great little own old right big high different next early young important few public bad same able
morning evening train dinner football weather mother father brother school money music street car house story never
always maybe today tomorrow yesterday again still why where who which could should
"""
TALK: Final = tuple(_TALK.split())


def made_up(rng: np.random.Generator) -> str:
    """Return a word of one or two syllables that means nothing."""
    count = 1 + int(rng.random() < 0.6)
    parts = [str(part[rng.integers(len(part))]) for _ in range(count) for part in (_ONSETS, _VOWELS, _CODAS)]
    return "".join(parts)


def content(rng: np.random.Generator) -> str:
    """Return a word that tells something: half of them real, half made up."""
    return REAL[rng.integers(len(REAL))] if rng.random() < 0.5 else made_up(rng)


def several(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` different such words."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[content(rng)] = None
    return list(found)
