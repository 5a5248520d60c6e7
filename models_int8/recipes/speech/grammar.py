# SPDX-License-Identifier: Apache-2.0
"""Draws what people say: commands for the device, loose vocabulary words, and talk that isn't for it."""

from __future__ import annotations

import string
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.texts import near_misses
from recipes.speech.vocabulary import labels, vocabulary

# Upper-case slots are filled by `_SLOTS`. Articles that people put in are there in some and not in others.
COMMANDS: Final = (
    *("set timer N MINUTES", "set a timer N MINUTES", "start timer N MINUTES", "set alarm H hours N minutes"),
    *("set alarm", "cancel timer", "cancel the alarm", "pause timer", "resume timer", "stop timer", "stop ringing"),
    *("what is ringing", "how long left", "how long is left", "what time is it", "what time", "what date"),
    *("how many days", "read timers", "calculate N OP N", "calculate N OP N OP N", "calculate D OP D", "N OP N"),
    *("how many is N OP N", "divide N by N", "N percent", "N percent more", "N percent less", "add N"),
    *("add N minutes", "power of N", "root N", "N point DIGIT", "convert D degrees", "convert N MINUTES"),
    *("convert N hours", "split N by N", "share N", "tax N percent", "change N", "how warm is it"),
    *("what temperature", "temperature", "humidity", "pressure", "measure", "weigh", "tare", "read scale"),
    *("set temperature D degrees", "keep D degrees", "heat on", "heat off", "set heat N degrees", "more heat"),
    *("less heat", "light on", "light off", "light N percent", "dim light N percent", "dim N percent", "more light"),
    *("less light", "fan on", "fan off", "fan N percent", "set fan N percent", "set speed N", "fan speed N"),
    *("switch fan on", "switch light off", "switch DIGIT on", "turn left N degrees", "turn right N degrees"),
    *("turn N degrees", "point left", "open door", "close door", "lock door", "unlock door", "open the door"),
    *("close", "open", "lock", "unlock", "beep", "pour N", "dispense N", "stop", "start", "go", "yes", "no", "on"),
    *("off", "up", "down", "left", "right", "hello", "thanks", "cancel", "pause", "resume", "start stopwatch"),
    *("stop stopwatch", "read stopwatch", "clear stopwatch", "lap", "is it safe", "hundred", "N weeks", "N days"),
    *("go left", "go right", "go up", "go down", "up N", "down N"),
)
# Ordinary sentences in which words of the vocabulary fall, or nearly. `~` is a near miss, X any word of the vocabulary.
TALK: Final = (
    *("we were so late that the door was shut", "my ~ said the ~ would come on Monday", "I left my bag on the train"),
    *("could you bring some more bread from the shop", "he has no idea what the ~ is for"),
    *("it was right in the middle", "they stopped talking about the ~ years ago"),
    *("you can have one or two if you like", "she goes there every ~", "the lights of the town were far away"),
    *("nobody ever ~ the ~", "what a lovely ~ that is", "I do not know the ~"),
    *("turn of the century houses with a ~ and a ~", "in less than N years he had seven children"),
    *("once upon a time", "on the other hand the ~ was fine", "hold on a second I am coming"),
    *("there is nothing left to do but wait", "I think the ~ is off to the seaside again"),
    *("down by the river we saw a ~", "go on tell me more about it", "come on over around N and bring your ~"),
    *("the price of ~ went up by N percent last year", "wait a minute please", "open markets are a matter of ~"),
    *("a close friend of mine works there", "no I have not seen the ~ since ~", "yes of course we will be there"),
    *("please stop making that noise", "the heat of the day was gone by ~", "how long have you lived in this ~"),
    *("thanks for the ~ you sent us", "hello and welcome to the ~ show", "X ~ and then ~ X"),
    *("the word X is a funny one", "did she say X or ~", "~ ~ X ~", "~ X ~ ~", "~ ~ ~ ~ ~"),
)
Draw = Callable[[np.random.Generator], str]


def number(rng: np.random.Generator) -> str:
    """Return a spoken whole number below 1,000, small ones more often."""
    names = {word.value: word.word for word in vocabulary() if word.value is not None}
    kind = rng.random()
    value = int(rng.integers(21) if kind < 0.45 else rng.integers(21, 100) if kind < 0.85 else rng.integers(100, 1000))
    parts = [names[value // 100], "hundred"] if value >= 100 else []
    rest = value % 100
    if rest > 20 and rest % 10:
        parts += [names[rest // 10 * 10], names[rest % 10]]
    elif rest or not parts:
        parts.append(names[rest])
    return " ".join(parts)


def digit(rng: np.random.Generator) -> str:
    """Return a digit's name."""
    return number_word(rng, 10)


def number_word(rng: np.random.Generator, below: int = 101) -> str:
    """Return one number word worth less than `below`."""
    return str(rng.choice([word.word for word in vocabulary() if word.value is not None and word.value < below]))


def decimal(rng: np.random.Generator) -> str:
    """Return a number, half of them with a decimal or two."""
    whole = number(rng)
    return whole if rng.random() < 0.5 else " ".join([whole, "point", *(digit(rng) for _ in range(rng.integers(1, 3)))])


_SLOTS: Final[dict[str, Draw]] = {
    "N": number,
    "H": lambda rng: number_word(rng, 13),
    "D": decimal,
    "DIGIT": digit,
    "OP": lambda rng: str(rng.choice(["plus", "minus", "times", "divided by", "percent"])),
    "MINUTES": lambda rng: str(rng.choice(["minutes", "minute", "seconds", "second", "hours", "hour"])),
    "X": lambda rng: str(rng.choice(labels())),
    "~": lambda rng: str(rng.choice(near_misses())),
}


def _fill(pattern: str, rng: np.random.Generator) -> str:
    return " ".join(_SLOTS[part](rng) if part in _SLOTS else part for part in pattern.split())


def command(rng: np.random.Generator) -> str:
    """Return a command of the device's tasks, at most eight words."""
    while True:
        text = _fill(str(rng.choice(COMMANDS)), rng)
        if len(text.split()) <= 8:
            return text


def loose(rng: np.random.Generator) -> str:
    """Return two to six vocabulary words in no order, so that a network learns no grammar from the commands."""
    return " ".join(str(word) for word in rng.choice(labels(), rng.integers(2, 7)))


def talk(rng: np.random.Generator) -> str:
    """Return a sentence that isn't for the device."""
    return _fill(str(rng.choice(TALK)), rng)


def sentences(folder: Path, *, held_out: bool, shortest: int = 4, longest: int = 22) -> list[str]:
    """Return plain sentences of a folder of sayings (Debian's `fortunes`) in a fixed order, without twins.

    A third of them, by hash, is held out for the test's voices. Raises PhospheneError without the folder.
    """
    if not folder.is_dir():
        raise PhospheneError("no sayings", place=str(folder), cure="install Debian's fortunes, or name their folder")
    kept: dict[str, None] = {}
    letters = set(string.ascii_letters + " ',.-;:")
    for place in sorted(folder.iterdir()):
        if place.suffix or not place.is_file():
            continue
        for saying in place.read_text(errors="replace").split("\n%\n"):
            for sentence in " ".join(saying.split()).replace("? ", ". ").replace("! ", ". ").split(". "):
                text = sentence.strip(" .?!-")
                if shortest <= len(text.split()) <= longest and set(text) <= letters:
                    kept[text] = None
    return [text for text in kept if (zlib.crc32(text.encode()) % 3 == 0) == held_out]
