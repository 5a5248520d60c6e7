# SPDX-License-Identifier: Apache-2.0
"""Reads `thresholds.toml`, which the recipe writes beside the graphs: the words, and when to believe in one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from phosphene.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Settings:
    """`words` in the order of the graph's outputs.

    `temperature` divides the log chances of every column. `cost` is what a word takes off a path, `cost_expected` where
    the state of the device expects certain words; less than nothing makes up for a network that rather says nothing: a
    word that is too unlikely is refused later, by its evidence. `weights` turn a word's evidence into the odds of its
    being right (`evidence.py`), `weights_expected` where words are expected, `weights_looked` where a second look was
    taken, too (`second_look.py`). A provisional word is shown from `show`
    on and committed from `commit` on, or from `expected` on where words are expected. `weights_overheard` turn what
    tells of a whole utterance (`overheard.py`) into the odds of its being meant for the device; while nobody is known
    to speak to it, one is believed from `overheard` on. `delay_s` is how long after a word's end the network names it,
    on average.
    """

    words: tuple[str, ...]
    temperature: float
    cost: float
    cost_expected: float
    weights: tuple[float, ...]
    weights_expected: tuple[float, ...]
    weights_looked: tuple[float, ...]
    weights_overheard: tuple[float, ...]
    show: float
    commit: float
    expected: float
    overheard: float
    delay_s: float

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Return what is in the file; raises ConfigError when it isn't there or something is missing in it."""
        try:
            table = tomllib.loads(path.read_text("utf-8"))
            return cls(
                tuple(str(word) for word in table["words"]),
                float(table["temperature"]),
                float(table["cost"]),
                float(table["cost_expected"]),
                tuple(float(weight) for weight in table["weights"]),
                tuple(float(weight) for weight in table["weights_expected"]),
                tuple(float(weight) for weight in table["weights_looked"]),
                tuple(float(weight) for weight in table["weights_overheard"]),
                float(table["show"]),
                float(table["commit"]),
                float(table["expected"]),
                float(table["overheard"]),
                float(table["delay_s"]),
            )
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"hearing's thresholds can't be read: {error!r}",
                place=str(path),
                cure="install phosphene again, or: phosphene models build hearing --data DIR",
            ) from error
