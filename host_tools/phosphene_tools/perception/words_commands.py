# SPDX-License-Identifier: Apache-2.0
"""Commands of several words: five of one person in a row, and whole ones of voices that training never used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from phosphene_tools.perception.counting import share
from phosphene_tools.perception.speech_stores import FOLDS, Clip, heard, shipped, stores, texts, without
from phosphene_tools.perception.words_real import DIGITS, TWELVE, summary

WORDS: Final = {"commands": TWELVE[:10], "digits": DIGITS, "mixed": TWELVE}
EACH: Final = 100
_LENGTH: Final = 5
_VOICES: Final = 300
_PARTS: Final = {
    "N": "<number>",
    "D": "<number>",
    "H": "<whole>",
    "DIGIT": "<digit>",
    "OP": "(plus|minus|times|divided [by]|percent)",
    "MINUTES": "(minutes|minute|seconds|second|hours|hour)",
}


def spliced(snr_db: float | None, each: int = EACH) -> dict[str, Any]:
    """Return, for each kind of command, how many of `each` per fold are right from the first word to the last.

    The grammar is that of the state: five words of the kind's set. `words_right` is the share of words.
    """
    from recipes.speech.sound import from_int16
    from recipes.speech.splice import Splicer, noisy
    from recipes.speech.store import Clips
    from recipes.speech.unheard_noise import UnheardNoise

    found: dict[str, list[tuple[Clip, bool]]] = {kind: [] for kind in WORDS}
    for fold in range(FOLDS):
        hearing = without(fold)
        store = Clips(stores() / "real", f"fold{fold}")
        splicer = Splicer(store.entries, lambda number, store=store: from_int16(store.samples(number)))
        noise = None if snr_db is None else UnheardNoise(stores())
        for kind, words in WORDS.items():
            one = f"({'|'.join(words)})"
            hearing.expect(grammar=[" ".join([one] * _LENGTH)])
            rng = np.random.default_rng((21, fold))
            for _ in range(each):
                said = splicer.draw(kind, rng, _LENGTH)
                if noise is not None and snr_db is not None:
                    said = noisy(said, noise, rng, snr_db)
                clip = Clip(said.samples, said.words, said.speaker, kind)
                found[kind].append((clip, texts(heard(hearing, clip.samples)) == said.words))
    return {kind: summary(results) for kind, results in found.items()}


def synthetic(snr_db: float | None, most: int = _VOICES) -> dict[str, Any]:
    """Return how many commands of the voices kept for the test are right, with the grammar of the device's tasks."""
    from recipes.speech.channel import at_snr
    from recipes.speech.sound import from_int16
    from recipes.speech.store import Clips
    from recipes.speech.unheard_noise import UnheardNoise

    hearing = shipped()
    hearing.expect(grammar=task_grammar(hearing.vocabulary))
    store = Clips(stores() / "flite-commands")
    rng = np.random.default_rng(22)
    noise = None if snr_db is None else UnheardNoise(stores())
    right: list[bool] = []
    for number in rng.permutation(len(store))[:most]:
        clip = store.entries[int(number)]
        samples = from_int16(store.samples(int(number)))
        if noise is not None and snr_db is not None:
            samples = np.pad(samples, 12_000)
            samples = at_snr(samples, noise.draw(len(samples), rng), snr_db)
        wanted = tuple(word for word in clip.words if word is not None)
        right.append(texts(heard(hearing, samples)) == wanted)
    return share(sum(right), len(right))


def task_grammar(vocabulary: Sequence[str]) -> list[str]:
    """Return the commands of the device's tasks as a grammar; words outside the vocabulary are passed over."""
    from recipes.speech.grammar import COMMANDS

    known = set(vocabulary)
    patterns: list[str] = []
    for command in COMMANDS:
        parts = [_PARTS.get(part, part if part in known else "") for part in command.split()]
        text = re.sub(r"\s+", " ", " ".join(parts)).strip()
        if text:
            patterns.append(text)
    return list(dict.fromkeys(patterns))
