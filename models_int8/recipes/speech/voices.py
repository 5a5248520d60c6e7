# SPDX-License-Identifier: Apache-2.0
"""Makes the synthetic speech: `python -m recipes.speech.voices ENGINE KIND COUNT --out DIR [--fortunes DIR]`.

KIND is `words` (COUNT voices say the whole vocabulary), `misses` (COUNT voices say the near misses), `commands`,
`loose`, `talk` (COUNT clips each). A run that was stopped goes on where it was. Each voice, not each clip, is put into
train or dev; flite, the engine held out, is test throughout.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech import grammar
from recipes.speech.engines import HELD_OUT, Engine, open_engine
from recipes.speech.sound import RATE, level_db, speech_span, to_int16, trim
from recipes.speech.store import Clip, Store, Times
from recipes.speech.texts import mark, near_misses, respell
from recipes.speech.vocabulary import labels

KINDS = ("words", "misses", "commands", "loose", "talk")
# Of a hundred voices so many are kept for thresholds.
DEV = 10
_LEVEL_DB = -24.0
_SAY_EVERY_S = 20.0

Line = tuple[str, str, str]
"""Id, text and voice of a clip to make."""


def split_of(engine: str, voice: str) -> str:
    """Return train or dev by the hash of the voice, test for an engine that is held out."""
    if engine in HELD_OUT:
        return "test"
    return "dev" if int(hashlib.sha1(voice.encode(), usedforsecurity=False).hexdigest(), 16) % 100 < DEV else "train"


def lines(engine: Engine, name: str, kind: str, count: int, seed: int, sentences: list[str]) -> Iterator[Line]:
    """Yield what to say and with which voice; the same arguments give the same lines."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{name}/{kind}".encode())])
    if kind in {"words", "misses"}:
        texts = list(labels() if kind == "words" else near_misses())
        for number in range(count):
            voice = engine.draw_voice(rng)
            for at, text in enumerate(texts):
                yield f"{name}-{kind}-{number}-{at}", respell(text, rng), voice
        return
    draws: dict[str, Callable[[np.random.Generator], str]] = {
        "commands": grammar.command,
        "loose": grammar.loose,
        "talk": lambda rng: str(rng.choice(sentences)) if sentences and rng.random() < 0.6 else grammar.talk(rng),
    }
    for number in range(count):
        voice, text = engine.draw_voice(rng), draws[kind](rng)
        yield f"{name}-{kind}-{number}", text if kind == "talk" else respell(text, rng), voice


def make(out: Path, name: str, kind: str, count: int, *, seed: int = 0, sentences: list[str] | None = None) -> None:
    """Speak all lines into the store `out/name-kind`; raises PhospheneError when the engine isn't there."""
    engine = open_engine(name)
    todo = list(lines(engine, name, kind, count, seed, sentences or []))
    began = said = time.monotonic()
    with Store(out / f"{name}-{kind}") as store:
        new = 0
        for number, (ident, text, voice) in enumerate(todo):
            if ident in store.done:
                continue
            new += 1
            speak_into(engine, store, name, kind, (ident, text, voice))
            now = time.monotonic()
            if now - said > _SAY_EVERY_S:
                said = now
                left = (now - began) / new * (len(todo) - number - 1)
                print(f"{name}-{kind}: {number + 1}/{len(todo)}, {left / 60:.1f} min left", file=sys.stderr, flush=True)
    print(f"{name}-{kind}: {len(todo)} clips", file=sys.stderr, flush=True)


def speak_into(engine: Engine, store: Store, name: str, kind: str, line: Line) -> None:
    """Say one line into a store; left out where the voice says nothing."""
    ident, text, voice = line
    spoken = engine.speak(text, voice)
    if level_db(spoken.samples) < -70:
        return  # some voices can't say some word; silence must not be taught as that word
    samples, cut = trim(spoken.samples)
    words, times = mark(text, spoken.times)
    if times is None and len(words) == 1:
        times = (_span(speech_span(samples, 40.0)),)
        cut = 0
    shifted: Times | None = times and tuple((max(0.0, a - cut / RATE), b - cut / RATE) for a, b in times)
    samples = samples * 10 ** ((_LEVEL_DB - level_db(samples)) / 20)
    samples *= min(1.0, 0.95 / float(np.abs(samples).max()))
    store.add(Clip(ident, kind, text, words, shifted, name, voice, split_of(name, voice)), to_int16(samples))


def _span(span: tuple[int, int]) -> tuple[float, float]:
    return span[0] / RATE, span[1] / RATE


def main() -> None:
    """Parse the command line and make the clips."""
    parser = argparse.ArgumentParser(prog="python -m recipes.speech.voices")
    parser.add_argument("engine")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("count", type=int)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fortunes", type=Path, help="folder of Debian's fortunes, for talk")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    try:
        sentences = grammar.sentences(asked.fortunes, held_out=asked.engine in HELD_OUT) if asked.fortunes else []
        make(asked.out, asked.engine, asked.kind, asked.count, seed=asked.seed, sentences=sentences)
    except PhospheneError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
