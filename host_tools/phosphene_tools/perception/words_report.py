# SPDX-License-Identifier: Apache-2.0
"""Hearing's part of `phosphene models report perception`: words, commands, talk that isn't for us, and the cost."""

from __future__ import annotations

import os
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.models import folder, model_file
from phosphene.perception.audio.hops import HOP
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.perception.counting import share, shares, worst
from phosphene_tools.perception.kept_figures import kept
from phosphene_tools.perception.speech_stores import heard, recipes_importable, shipped, stores, texts

_COST_HOPS: Final = 1500


def figures(data: Path | None, words_dir: Path | None, quiet: bool) -> dict[str, Any]:
    """Return the figures of hearing, each with n, 95 % interval and the worst speaker where speakers are known.

    `data` is a folder laid out like the public sets that the card names. `words_dir` holds a reader's own recordings,
    `WORD/*.wav|flac`. What needs speech that isn't there is left out, and `skipped` says why.
    """
    recipes_importable()
    from phosphene_tools.perception import (
        words_babble,
        words_baseline,
        words_calls,
        words_commands,
        words_enrolled,
        words_frozen,
        words_real,
    )

    skipped: dict[str, str] = {}
    ours = kept(data)
    _say(f"what is measured is kept in {ours.place}; a report that is stopped goes on from there", quiet)

    def measured(name: str, measure: Callable[[], Any], *, again: bool = False) -> Any:
        _say(name, quiet)
        try:
            return measure() if again else ours.figure(name.replace(" ", "-"), measure)
        except (PhospheneError, FileNotFoundError) as error:
            skipped[name] = str(error)
            return None

    found: dict[str, Any] = {}
    if words_dir is not None:
        found["words_dir"] = measured("own words", lambda: words_real.own(words_dir, shipped()), again=True)
    if data is not None:
        found["babble"] = measured("babble", lambda: words_babble.babble(lambda what: _say(what, quiet), ours))
        found["calls"] = measured("calls", lambda: words_calls.calls(data))
        found["words"] = {
            "synthetic": measured("synthetic words", lambda: single("flite-words")),
            "commands_real": measured("twelve words", lambda: words_real.commands(data, None)),
            "commands_real_10db": measured("twelve words at 10 dB", lambda: words_real.commands(data, 10.0)),
            "digits_real": measured("digits", lambda: words_real.digits(data)),
            "asterisk": measured("Asterisk", lambda: single("asterisk")),
            "enrolled": measured("enrolled words", lambda: words_enrolled.enrolled(data)),
            "nearest_recording": measured("nearest recordings", lambda: words_baseline.nearest(data)),
            "frozen_embedding": measured("frozen embedding", lambda: words_frozen.frozen(data)),
        }
        found["command5"] = {
            name: measured(f"commands, {name}", lambda snr=snr: _commands(words_commands, snr))
            for name, snr in (("clean", None), ("at_10db", 10.0))
        }
        found["int8_loss"] = {"hearing": _loss()}
        found["cost"] = {"hearing_ms_per_hop": cost()}
    if skipped:
        found["skipped"] = skipped
    return found


def single(store: str) -> dict[str, Any]:
    """Return how many clips of one vocabulary word give that word and no other; anything may be said.

    `all_words_expected` is the same where the whole vocabulary is expected: somebody is known to say one of its words.
    """
    from recipes.speech.sound import from_int16
    from recipes.speech.store import Clips

    free, expecting = shipped(), shipped()
    expecting.expect(words=expecting.vocabulary)
    clips = Clips(stores() / store)
    results: list[tuple[str, str, bool]] = []
    expected: list[bool] = []
    for number, clip in enumerate(clips.entries):
        word = clip.words[0] if len(clip.words) == 1 and clip.kind == "words" else None
        if word is not None:
            samples = from_int16(clips.samples(number))
            results.append((clip.voice, word, texts(heard(free, samples)) == (word,)))
            expected.append(texts(heard(expecting, samples)) == (word,))
    if not results:
        raise PhospheneError("there are no words in it", place=store, cure="make the store of speech anew")
    return share(sum(right for _, _, right in results), len(results)) | {
        "worst_speaker": worst(shares((voice, right) for voice, _, right in results)),
        "all_words_expected": share(sum(expected), len(expected)),
        "missed": sorted({word for _, word, right in results if not right})[:30],
    }


def one_hop() -> Callable[[], None]:
    """Return what hears one hop of noisy speech-like sound, gate open: to run between other networks."""
    hearing = shipped()
    rng = np.random.default_rng(0)
    at = np.arange(HOP) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 120 * k * at) / k for k in range(1, 20))
    count = 0

    def hop() -> None:
        nonlocal count
        loud = 4000 * (1 + np.sin(count / 3)) * np.asarray(buzz) + 300 * rng.standard_normal(HOP)
        hearing.hear(Sound(loud.astype(np.int16), count * HOP / RATE_HZ))
        count += 1

    return hop


def cost(hops: int = _COST_HOPS) -> dict[str, Any]:
    """Return milliseconds a hop of 80 ms on one core, from samples to words: of processor time, which other programs
    don't add to, and by the clock.
    """
    hop = one_hop()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
    took: list[tuple[float, float]] = []
    try:
        if cores:
            os.sched_setaffinity(0, {min(cores)})
        for _ in range(hops):
            began, worked = time.perf_counter(), time.thread_time()
            hop()
            took.append((1e3 * (time.thread_time() - worked), 1e3 * (time.perf_counter() - began)))
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
    warm = np.array(took[20:])
    return {
        **_spread(warm[:, 0]),
        "by_the_clock": _spread(warm[:, 1]),
        "hops": len(warm),
        "load": round(os.getloadavg()[0], 2),
        "graphs_mb": round(sum(path.stat().st_size for path in (folder() / "hearing").glob("*.tflite")) / 1e6, 3),
    }


def _spread(milliseconds: NDArray[np.float64]) -> dict[str, float]:
    return {
        "mean": round(float(milliseconds.mean()), 2),
        "median": round(float(np.median(milliseconds)), 2),
        "p95": round(float(np.quantile(milliseconds, 0.95)), 2),
    }


def _commands(commands: Any, snr_db: float | None) -> dict[str, Any]:
    return commands.spliced(snr_db) | {"synthetic": commands.synthetic(snr_db)}


def _loss() -> dict[str, Any]:
    """Return what int8 costs, as the recipe measured it: the float network isn't published."""
    card = tomllib.loads(model_file("hearing", "card.toml").read_text("utf-8"))
    metrics = card["metrics"]
    return {name.removeprefix("int8_"): metrics[name]["value"] for name in sorted(metrics) if name.startswith("int8_")}


def _say(what: str, quiet: bool) -> None:
    if not quiet:
        print(f"hearing: {what}", file=sys.stderr, flush=True)
