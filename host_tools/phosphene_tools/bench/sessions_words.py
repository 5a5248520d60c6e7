# SPDX-License-Identifier: Apache-2.0
"""The bench's own tasks and talk. Frozen: figures can be compared only while these stay; training never sees them."""

from __future__ import annotations

import random
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field

THINGS: Final = (
    *("lantern", "fountain", "aquarium", "carousel", "greenhouse", "kiln", "loom", "printer", "robot", "sauna"),
    *("shutter", "skylight", "speaker", "sprinkler", "telescope", "terrarium", "turntable", "vacuum", "ventilator"),
    *("warehouse", "boiler", "chimney", "doorbell", "elevator", "escalator", "freezer", "furnace", "humidifier"),
    *("incubator", "jukebox", "microscope", "orchard", "pantry", "projector", "radiator", "refrigerator", "scooter"),
    *("thermometer", "toaster", "tractor", "umbrella", "washer", "windmill", "workbench", "blender", "cooker"),
)
DEEDS: Final = (
    *("activate", "adjust", "arrange", "begin", "collect", "deliver", "disable", "enable", "extend", "gather"),
    *("inspect", "lower", "move", "prepare", "raise", "release", "repeat", "rotate", "sample", "schedule", "select"),
    *("sharpen", "shift", "sort", "squeeze", "transfer", "tune", "unload", "wrap", "balance", "polish", "feed"),
)
PROPERTIES: Final = (
    *("angle", "brightness", "capacity", "density", "height", "interval", "length", "moisture", "noise", "portion"),
    *("speed", "strength", "tension", "thickness", "volume", "width", "balance", "colour", "mode", "position"),
)
OPTIONS: Final = (
    *(("cotton", "linen", "silk"), ("morning", "noon", "evening"), ("square", "circle", "triangle"), ("on", "off")),
    *(("slow", "medium", "rapid"), ("amber", "violet", "crimson", "indigo"), ("upward", "downward"), ("once", "twice")),
)
NAMES: Final = ("anna", "balcony", "corner", "dinner", "ella", "gallery", "harbour", "nursery", "office", "terrace")
CHATTER: Final = (
    "did you remember to call the plumber about the bathroom",
    "I told her that nobody would be home before seven",
    "no that is not what I said at all",
    "yes but only if the weather stays like this",
    "we should really start thinking about the holidays",
    "could you pass me the bread please",
    "stop it both of you and sit down",
    "and now the news from around the world",
    "the minister said that prices would rise by two percent",
    "it looks as if they will win the match after all",
    "go on then what happened next",
    "okay let us leave at half past eight",
    "more and more people are moving to the city",
    "she wants to rotate the pictures in the hall",
    "have you seen the {thing} they bought",
    "the {thing} at my parents place is broken again",
    "first you {deed} the dough and then you wait",
    "he said {deed} the {thing} and everybody laughed",
)
_UNITS: Final = ("s", "ml", "°C", "%", "cm", "g", "")
_FORMS: Final = (
    "{deed} the {thing}",
    "{deed} {thing}",
    "{thing} {property}",
    "{property} of the {thing}",
    "{deed} the {thing} {property}",
    "what is the {property} of the {thing}",
    "{deed} {property}",
    "{thing}",
)


def tasks(rng: random.Random) -> tuple[Task, ...]:
    """Return 8 to 40 tasks with names of their own; no two have the same phrase."""
    taken: set[str] = set()
    found: list[Task] = []
    for number in range(rng.randint(8, 40)):
        says = tuple(phrase for phrase in (_phrase(rng), _phrase(rng))[: rng.choice((1, 1, 2))] if phrase not in taken)
        taken.update(says)
        if says:
            found.append(_task(rng, number, says))
    return tuple(found)


def _phrase(rng: random.Random) -> str:
    return rng.choice(_FORMS).format(deed=rng.choice(DEEDS), thing=rng.choice(THINGS), property=rng.choice(PROPERTIES))


def _task(rng: random.Random, number: int, says: tuple[str, ...]) -> Task:
    arguments: list[Field] = []
    for name in rng.sample(("amount", "setting", "place", "level"), rng.choice((0, 0, 1, 1, 1, 2, 2, 3))):
        if name == "setting":
            arguments.append(Field(name, "choice", choices=rng.choice(OPTIONS)))
        elif name == "place":
            arguments.append(Field(name, "text"))
        else:
            arguments.append(Field(name, rng.choice(("decimal", "u16", "u32")), unit=rng.choice(_UNITS)))
    return Task(
        f"unseen.task_{number}",
        number=number,
        kind=rng.choice(("call", "call", "call", "process")),
        says=says,
        args=tuple(arguments),
        privilege=rng.choice(("read", "operate", "operate")),
    )
