# SPDX-License-Identifier: Apache-2.0
"""How often somebody is heard who calls the device by a task's name while it doesn't know that they speak to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.perception.audio.overheard import Calls
from phosphene_tools.perception.counting import share
from phosphene_tools.perception.speech_stores import FOLDS, heard, own_names, shipped, stores, texts, without
from phosphene_tools.perception.words_real import people

_NOISE_ONLY: Final = 12_000


def calls(data: Path) -> dict[str, Any]:
    """Return how many calls are committed, and how many with all their words right: `phrases` and `single` words of
    the voices kept for the test, clean and at 10 dB, and `people` who say a word that is a task's name.
    """
    return {
        "clean": {"phrases": _voices("flite-commands", None), "single": _voices("flite-words", None)},
        "at_10db": {"phrases": _voices("flite-commands", 10.0), "single": _voices("flite-words", 10.0)},
        "people": _people(data),
    }


def _voices(store: str, snr_db: float | None) -> dict[str, Any]:
    from recipes.speech.channel import at_snr
    from recipes.speech.sound import from_int16
    from recipes.speech.store import Clips
    from recipes.speech.unheard_noise import UnheardNoise

    hearing = shipped()
    hearing.overhear(own_names())
    names = Calls(own_names(), hearing.vocabulary)
    number = {word: place for place, word in enumerate(hearing.vocabulary)}
    noise = None if snr_db is None else UnheardNoise(stores())
    rng = np.random.default_rng(23)
    clips = Clips(stores() / store)
    results: list[tuple[bool, bool]] = []
    for place, clip in enumerate(clips.entries):
        wanted = tuple(word for word in clip.words if word is not None)
        # Phrases are of two words or more; and a name must be in them, as the word that it is taught as.
        if (len(wanted) > 1) is not store.endswith("commands") or not names.within([number[word] for word in wanted]):
            continue
        samples = from_int16(clips.samples(place))
        if noise is not None and snr_db is not None:
            samples = np.pad(samples, _NOISE_ONLY)
            samples = at_snr(samples, noise.draw(len(samples), rng), snr_db)
        said = texts(heard(hearing, samples))
        results.append((bool(said), said == wanted))
    return _shares(results)


def _people(data: Path) -> dict[str, Any]:
    results: list[tuple[bool, bool]] = []
    for fold in range(FOLDS):
        hearing = without(fold)
        hearing.overhear(own_names())
        alone = {name for name in own_names() if " " not in name}
        for clip in people(data, fold):
            if clip.words and clip.words[0] in alone:
                said = texts(heard(hearing, clip.samples))
                results.append((bool(said), said == clip.words))
    return _shares(results)


def _shares(results: list[tuple[bool, bool]]) -> dict[str, Any]:
    return share(sum(right for _, right in results), len(results)) | {
        "called": share(sum(called for called, _ in results), len(results))
    }
