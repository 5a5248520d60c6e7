# SPDX-License-Identifier: Apache-2.0
"""Connected commands out of isolated recordings: words of one speaker, cut out and put in a row.

Three groups, each apart: `commands` (ten command words), `digits`, and `mixed` (the twelve words, where open and close
have to come from another person of the same fold, since nobody recorded all twelve).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.channel import Noise, at_snr
from recipes.speech.sound import RATE, Samples, level_db, speech_span
from recipes.speech.store import Clip, Times
from recipes.speech.vocabulary import DIGITS, TWELVE

GROUPS: Final = ("commands", "digits", "mixed")
_LEVEL_DB: Final = -24.0
_LEAD_S: Final = 0.3
_FADE: Final = RATE // 125  # 8 ms


@dataclass(frozen=True, slots=True)
class Splice:
    """A command: float32 samples at 16 kHz, its words in order and their times in seconds, and who says it."""

    samples: Samples
    words: tuple[str, ...]
    times: Times
    speaker: str


def join(
    clips: Sequence[Samples], rng: np.random.Generator, gap_s: tuple[float, float] = (0.0, 0.12)
) -> tuple[Samples, Times]:
    """Cut each clip to its speech, bring all to one level, put them in a row with gaps drawn from `gap_s`.

    A gap holds the quietest 50 ms of the clips, repeated, not digital silence, which nobody ever hears. Returns the
    samples with 0.3 s before and after, and the words' times. Raises ValueError without clips.
    """
    if not clips:
        raise ValueError("nothing to join")
    spoken: list[Samples] = []
    for clip in clips:
        begin, end = speech_span(clip, 30.0, over_floor_db=9.0)
        margin = RATE // 25  # a soft beginning or end lies below the floor
        word = clip[max(0, begin - margin) : end + margin]
        spoken.append(word * 10 ** ((_LEVEL_DB - level_db(word)) / 20))
    floor = _floor(clips)
    parts, times, at = [_rest(floor, _LEAD_S, rng)], list[tuple[float, float]](), int(_LEAD_S * RATE)
    for number, word in enumerate(spoken):
        fade = np.ones(len(word), np.float32)
        ramp = np.linspace(0, 1, min(_FADE, len(word) // 2), dtype=np.float32)
        fade[: len(ramp)], fade[len(fade) - len(ramp) :] = ramp, ramp[::-1]
        parts.append(word * fade)
        times.append((at / RATE, (at + len(word)) / RATE))
        gap = rng.uniform(*gap_s) if number + 1 < len(spoken) else _LEAD_S
        parts.append(_rest(floor, gap, rng))
        at += len(word) + len(parts[-1])
    return np.concatenate(parts).astype(np.float32), tuple(times)


def _floor(clips: Sequence[Samples]) -> Samples:
    """The quietest 50 ms of all clips that is not digital silence."""
    size = RATE // 20
    blocks = [clip[at : at + size] for clip in clips for at in range(0, len(clip) - size, size)]
    blocks = [block for block in blocks if level_db(block) > -100]
    return min(blocks, key=level_db) if blocks else np.zeros(size, np.float32)


def _rest(floor: Samples, seconds: float, rng: np.random.Generator) -> Samples:
    """Noise with the floor's spectrum: repeating it would hum."""
    count = int(seconds * RATE)
    if not count:
        return np.zeros(0, np.float32)
    size = max(count, len(floor))
    shape = np.interp(
        np.linspace(0, 1, size // 2 + 1), np.linspace(0, 1, len(floor) // 2 + 1), np.abs(np.fft.rfft(floor))
    )
    made = np.fft.irfft(shape * np.exp(2j * np.pi * rng.random(len(shape))), size)[:count]
    want = 10 ** (max(level_db(floor), -90) / 20)
    return (made * want / max(float(np.sqrt(np.mean(made**2))), 1e-9)).astype(np.float32)


class Splicer:
    """Draws commands from the clips of some folds. `load` returns the samples of a clip by its number."""

    def __init__(self, entries: Sequence[Clip], load: Callable[[int], Samples]) -> None:
        self._load = load
        self._people: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(dict))
        for number, clip in enumerate(entries):
            if clip.kind == "word" and clip.words[0] is not None:
                self._people[clip.engine][clip.voice].setdefault(clip.words[0], []).append(number)

    def draw(self, group: str, rng: np.random.Generator, length: int = 5) -> Splice:
        """Return a command of `length` words of a group; raises PhospheneError when the clips have no such speaker."""
        words, speaker = self._speaker(group, rng, length)
        names = sorted(words)
        said = tuple(str(word) for word in rng.choice(names, length, replace=len(names) < length))
        clips = [self._load(int(rng.choice(words[word]))) for word in said]
        samples, times = join(clips, rng)
        return Splice(samples, said, times, speaker)

    def _speaker(self, group: str, rng: np.random.Generator, length: int) -> tuple[Mapping[str, list[int]], str]:
        if group not in GROUPS:
            raise PhospheneError(f"there is no group {group!r}", place="splice", cure=f"one of {', '.join(GROUPS)}")
        source, allowed = ("spoken-digits", DIGITS) if group == "digits" else ("speech-commands", TWELVE)
        voice, words = self._pick(source, allowed, rng, min(length, 5) - 2 * (group == "mixed"))
        if group == "mixed":
            other, more = self._pick("open-close", TWELVE, rng, 2)
            return {**words, **more}, f"{voice}+{other}"
        return words, voice

    def _pick(
        self, source: str, allowed: Sequence[str], rng: np.random.Generator, least: int
    ) -> tuple[str, Mapping[str, list[int]]]:
        """One person of a set who recorded at least so many of the allowed words; all who did are as likely."""
        fit: list[tuple[str, dict[str, list[int]]]] = []
        for voice, recorded in sorted(self._people[source].items()):
            words = {word: recorded[word] for word in allowed if word in recorded}
            if len(words) >= max(least, 1):
                fit.append((voice, words))
        if not fit:
            cure = "use a fold that holds the set"
            raise PhospheneError(f"no speaker of {source} has {least} of the words", place="splice", cure=cure)
        return fit[int(rng.integers(len(fit)))]


def noisy(splice: Splice, noise: Noise, rng: np.random.Generator, snr_db: float = 10.0) -> Splice:
    """Return the command with noise so many dB below the speech."""
    samples = at_snr(splice.samples, noise.draw(len(splice.samples), rng), snr_db)
    return Splice(samples, splice.words, splice.times, splice.speaker)
