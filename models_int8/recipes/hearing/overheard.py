# SPDX-License-Identifier: Apache-2.0
"""Finds when an utterance is believed that nobody is known to say to the device: `python -m recipes.hearing.overheard`.

Commands and single words in voices that training never had, clean and at 10 dB, and words of the folds' people in a
row, against hours of talk (`recipes.speech.own_talk`). Nothing here is in the report's talk, nor in Asterisk's prompts.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.models import model_file
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.evidence import confidence
from phosphene.perception.audio.front import Front
from phosphene.perception.audio.overheard import COUNT, Calls
from phosphene.perception.audio.settings import Settings
from phosphene_tools.perception.speech_stores import own_names
from recipes.hearing.meant import Told, of_clips, of_people, of_talk, right
from recipes.hearing.trials import read
from recipes.speech.own_talk import STORES, make
from recipes.speech.recordings import FOLDS
from recipes.speech.vocabulary import labels

_RIDGE: Final = 1.0
_EACH: Final = 1000.0
BELIEVED: Final = 0.95
"""The odds of 20 to 1, where calls and talk are as frequent; what that comes to in an hour is printed."""


def fit(meant: Sequence[Told], talk: Sequence[Told]) -> tuple[float, ...]:
    """Return the weights of a logistic regression; single words and rows of them count alike, meant or not."""
    groups = [(True, meant), (False, talk)]
    rows: list[NDArray[np.float64]] = []
    right: list[float] = []
    weight: list[float] = []
    for yes, told in groups:
        for one in (True, False):
            part = [each.numbers for each in told if (len(each.words) == 1) is one]
            rows += part
            right += [float(yes)] * len(part)
            weight += [_EACH / max(len(part), 1)] * len(part)
    table, target, share = np.stack(rows), np.array(right), np.array(weight)
    found = np.zeros(COUNT)
    for _ in range(60):
        chance = confidence(table, found.tolist())
        slope = table.T @ (share * (target - chance)) - _RIDGE * found
        bend = (table * (share * chance * (1 - chance))[:, None]).T @ table + _RIDGE * np.eye(COUNT)
        step = np.linalg.solve(bend, slope)
        found = found + step
        if np.abs(step).max() < 1e-8:
            break
    return tuple(round(float(value), 4) for value in found)


def find(folder: Path, speech: Path, work: Path, say: Callable[[str], None]) -> None:
    """Write what was found into the thresholds of the graphs in `folder` and of the folds below it.

    `work` holds the trials of the folds. A fold's weights are found without its people.
    """
    settings = Settings.load(folder / "thresholds.toml")
    front = Front(Ensemble.load(folder, settings.words), settings.temperature)
    heard = {noisy: list(of_clips(front, settings, speech, noisy=noisy)) for noisy in (False, True)}
    voices = [told for each in heard.values() for told in right(each)]
    people: list[list[Told]] = []
    for fold in range(FOLDS):
        its = Settings.load(folder / "folds" / str(fold) / "thresholds.toml")
        people.append(right(of_people(read(work / f"trials-{fold}-{fold}.npz"), its)))
    talk: list[Told] = []
    seconds = 0.0
    for store in STORES:
        for took, told in of_talk(front, settings, speech, store):
            seconds += took
            talk += told
        say(f"{store}: {seconds / 3600:.2f} h of talk so far")
    for place, groups in _fits(folder):
        weights = fit([*voices, *(told for group in groups for told in people[group])], talk)
        _put(place / "thresholds.toml", weights)
        if place == folder:
            say(_rates(weights, heard, talk, seconds / 3600, Calls(own_names(), settings.words)))


def _fits(folder: Path) -> list[tuple[Path, list[int]]]:
    """Return each place of thresholds with the groups of people that they may be found on."""
    every = list(range(FOLDS))
    return [(folder, every), *((folder / "folds" / str(one), [k for k in every if k != one]) for one in every)]


def _put(place: Path, weights: Sequence[float]) -> None:
    text = place.read_text(encoding="utf-8")
    listed = ", ".join(map(str, weights))
    text = re.sub(r"^weights_overheard = .*$", f"weights_overheard = [{listed}]", text, flags=re.MULTILINE)
    text = re.sub(r"^overheard = .*$", f"overheard = {BELIEVED}", text, flags=re.MULTILINE)
    place.write_text(text, encoding="utf-8")


def _rates(
    weights: Sequence[float],
    heard: Mapping[bool, Sequence[tuple[tuple[str, ...], list[Told]]]],
    talk: Sequence[Told],
    hours: float,
    calls: Calls,
) -> str:
    """Return in words how much is believed at a few thresholds, of talk and of what is meant."""
    number = {word: place for place, word in enumerate(labels())}

    def sure(told: Told) -> float:
        return float(confidence(told.numbers, weights))

    def called(words: Sequence[str]) -> bool:
        return calls.within([number[word] for word in words])

    lines = [f"of {hours:.1f} h of talk"]
    for least in (0.8, 0.9, 0.95, 0.98):
        false = [told for told in talk if sure(told) >= least]
        line = f"{least}: believed {len(false) / hours:.2f} an hour, "
        line += f"calls {sum(called(told.words) for told in false) / hours:.2f} an hour"
        for noisy, clips in heard.items():
            for one in (True, False):
                some = [(said, told) for said, told in clips if said and (len(said) == 1) is one]
                yes = sum(len(told) == 1 and told[0].words == said and sure(told[0]) >= least for said, told in some)
                line += f"; {'single' if one else 'phrases'}{' at 10 dB' if noisy else ''} {yes} of {len(some)}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    """Parse the command line and find it for graphs that are there."""
    parser = argparse.ArgumentParser(prog="python -m recipes.hearing.overheard")
    parser.add_argument("--models", type=Path, default=model_file("hearing", "thresholds.toml").parent)
    parser.add_argument("--work", type=Path, required=True, help="the recipe's folder: trials, and speech below it")
    asked = parser.parse_args()
    make(asked.work / "speech")
    find(asked.models, asked.work / "speech", asked.work, print)


if __name__ == "__main__":
    main()
