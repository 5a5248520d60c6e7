# SPDX-License-Identifier: Apache-2.0
"""Draws what the network learns from: words as recorded, words of one person in a row, and whole phrases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.sound import RATE, Samples, from_int16, level_db
from recipes.speech.store import Clip, Clips

SYNTHETIC: Final = 3
"""The group of synthetic voices; 0 to 2 are the folds of real people."""
# A word's own span may cut off a weak end; so much is left at each.
_MARGIN_S: Final = 0.06
_WHOLE: Final = frozenset({"commands", "loose", "talk"})
_ALONE: Final = 0.4
_LONGEST_S: Final = 5.5
_GAP_S: Final = 0.12
_WIDE_GAP_S: Final = 0.4


@dataclass(frozen=True, slots=True)
class Utterance:
    """Samples of full scale 1, the vocabulary words in them in order, and the group of whoever speaks.

    `spoken` are the spans in seconds in which somebody speaks, whatever it is.
    """

    samples: Samples
    words: tuple[str, ...]
    spoken: tuple[tuple[float, float], ...]
    group: int


class Voices:
    """The clips of one group: by voice, and by word of that voice. Draws utterances of it."""

    def __init__(self, folders: Sequence[Path], group: int) -> None:
        self._stores = [Clips(folder, "train" if group == SYNTHETIC else f"fold{group}") for folder in folders]
        self._group = group
        # Voice, then word; None stands for any word that isn't in the vocabulary.
        self._words: dict[str, dict[str | None, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        self._phrases: list[tuple[int, int]] = []
        self.silences: list[Samples] = []
        for place, store in enumerate(self._stores):
            for number, clip in enumerate(store.entries):
                self._file(place, number, clip)
        if not self._words and not self._phrases:
            raise PhospheneError("no words to learn from", place=str(folders), cure="python -m recipes.speech.voices")
        # A word counts as often as voices say it, so that ten recordings of one person aren't ten people.
        self._by_word: dict[str | None, list[str]] = defaultdict(list)
        for voice, words in self._words.items():
            for word in words:
                self._by_word[word].append(voice)
        self._labels = sorted(self._by_word, key=str)
        counts = np.array(
            [sum(len(self._words[voice][word]) for voice in self._by_word[word]) for word in self._labels]
        )
        weights = np.sqrt(counts)
        if None in self._by_word:
            weights[self._labels.index(None)] = 0.25 * weights.sum()
        self._weights = weights / max(weights.sum(), 1.0)

    def _file(self, place: int, number: int, clip: Clip) -> None:
        if clip.kind == "silence":
            self.silences.append(from_int16(self._stores[place].samples(number)))
        elif self._group == SYNTHETIC and clip.kind in _WHOLE:
            if clip.samples < _LONGEST_S * RATE:
                self._phrases.append((place, number))
        # Recorded talk has vocabulary words in it that nobody wrote down.
        elif clip.kind != "talk" and len(clip.words) == 1 and clip.times:
            self._words[clip.voice][clip.words[0]].append((place, number))

    def draw(self, rng: np.random.Generator) -> Utterance:
        """Return a phrase, a word, or a run of words with gaps of up to 0.4 s."""
        if self._phrases and (not self._words or rng.random() < 0.5):
            return self._phrase(rng)
        word = self._labels[int(rng.choice(len(self._labels), p=self._weights))]
        voice = str(rng.choice(self._by_word[word]))
        if rng.random() < _ALONE:
            return self._run([(voice, word)], rng)
        count = int(rng.integers(2, 7))
        # Mostly one person; now and then several, since few recorded both "open" and "left".
        others = self._words[voice] if rng.random() < 0.65 and len(self._words[voice]) > 2 else None
        said: list[tuple[str, str | None]] = [(voice, word)]
        for _ in range(count - 1):
            if others is not None:
                said.append((voice, list(others)[int(rng.integers(len(others)))]))
            else:
                next_word = self._labels[int(rng.choice(len(self._labels), p=self._weights))]
                said.append((str(rng.choice(self._by_word[next_word])), next_word))
        order = rng.permutation(len(said))
        return self._run([said[place] for place in order], rng)

    def _phrase(self, rng: np.random.Generator) -> Utterance:
        place, number = self._phrases[int(rng.integers(len(self._phrases)))]
        clip, samples = self._stores[place].entries[number], from_int16(self._stores[place].samples(number))
        words = tuple(word for word in clip.words if word is not None)
        return Utterance(samples, words, ((0.0, len(samples) / RATE),), self._group)

    def _run(self, said: Sequence[tuple[str, str | None]], rng: np.random.Generator) -> Utterance:
        parts: list[Samples] = []
        spoken: list[tuple[float, float]] = []
        at = 0
        tight = _GAP_S if rng.random() < 0.5 else _WIDE_GAP_S
        for voice, word in said:
            choice = self._words[voice][word]
            place, number = choice[int(rng.integers(len(choice)))]
            samples, (begin, end) = self._cut(place, number, whole=len(said) == 1, rng=rng)
            spoken.append((at / RATE + begin, at / RATE + end))
            gap = np.zeros(int(rng.uniform(0, tight) * RATE), np.float32)
            parts += [samples, gap]
            at += len(samples) + len(gap)
        words = tuple(word for _, word in said if word is not None)
        return Utterance(np.concatenate(parts), words, tuple(spoken), self._group)

    def _cut(
        self, place: int, number: int, *, whole: bool, rng: np.random.Generator
    ) -> tuple[Samples, tuple[float, float]]:
        """Return a clip's samples around its word, or all of them, and the word's span in them."""
        clip, samples = self._stores[place].entries[number], from_int16(self._stores[place].samples(number))
        assert clip.times is not None
        begin, end = clip.times[0]
        if whole and len(samples) < _LONGEST_S * RATE:
            return samples, (begin, end)
        first = max(0, int((begin - _MARGIN_S * rng.random()) * RATE))
        samples = samples[first : int((end + _MARGIN_S * rng.uniform(0.3, 1.5)) * RATE)].copy()
        fade = min(80, len(samples) // 4)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        samples[:fade] *= ramp
        samples[-fade:] *= ramp[::-1]
        gain = 10 ** ((-24 + rng.normal(0, 2.5) - level_db(samples)) / 20)
        return samples * min(gain, 50.0), (begin - first / RATE, min(end - first / RATE, len(samples) / RATE))
