# SPDX-License-Identifier: Apache-2.0
"""Two networks averaged: what each has a say in, and that damaged or exchanged graphs are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import ModelError
from phosphene.models import model_file
from phosphene.perception.audio.ensemble import Ensemble, averaged, known_outputs
from phosphene.perception.audio.features import BANDS, LOW, Float
from phosphene.perception.audio.graphs import HOP_FRAMES, NOTHING, OTHER, WORDS_FROM
from phosphene.perception.audio.second_look import KNOWN
from phosphene.perception.audio.settings import Settings

VOCABULARY = (*KNOWN, "sixty", "timer")
SIXTY, TIMER = WORDS_FROM + len(KNOWN), WORDS_FROM + len(KNOWN) + 1
SIX = WORDS_FROM + KNOWN.index("six")


def chances(outputs: int, of: dict[int, float]) -> Float:
    """One column of log chances: `of` these outputs, and the rest alike."""
    made = np.full((1, outputs), (1 - sum(of.values())) / (outputs - len(of)))
    for place, value in of.items():
        made[0, place] = value
    return np.log(made).astype(np.float32)


def first(of: dict[int, float]) -> Float:
    return chances(WORDS_FROM + len(VOCABULARY), of)


def partner(of: dict[int, float]) -> Float:
    return chances(WORDS_FROM + len(KNOWN), of)


def both(mine: Float, its: Float) -> Float:
    return np.exp(averaged(mine, its, known_outputs(VOCABULARY)))[0]


def test_words_that_both_know_are_averaged() -> None:
    said = both(first({SIX: 0.2}), partner({SIX: 0.9}))
    assert said[SIX] == pytest.approx(0.55, abs=1e-4)
    assert said.sum() == pytest.approx(1, abs=1e-4)


def test_what_the_partner_does_not_name_is_left_to_the_first() -> None:
    said = both(first({TIMER: 0.6, SIXTY: 0.2, OTHER: 0.1}), partner({OTHER: 0.5, NOTHING: 0.45}))
    assert said[TIMER] / said[SIXTY] == pytest.approx(3, abs=1e-3)
    assert said[TIMER] / said[OTHER] == pytest.approx(6, abs=1e-3)
    assert said.argmax() == TIMER
    assert said.sum() == pytest.approx(1, abs=1e-4)


def test_silence_to_the_first_takes_what_the_partner_does_not_name() -> None:
    said = both(first({NOTHING: 0.98}), partner({OTHER: 0.99}))
    assert said[NOTHING] > 0.95
    assert said[[SIXTY, TIMER]].sum() < 0.01


def test_a_word_of_the_partners_alone_is_half_believed() -> None:
    assert both(first({NOTHING: 0.98}), partner({SIX: 0.9}))[SIX] == pytest.approx(0.45, abs=1e-2)


def test_a_vocabulary_without_the_partners_words_is_refused() -> None:
    with pytest.raises(ModelError, match="six"):
        known_outputs([word for word in VOCABULARY if word != "six"])


@pytest.fixture
def place() -> Path:
    return model_file("hearing", "thresholds.toml").parent


def test_a_stream_is_heard_by_both_and_begins_anew(place: Path) -> None:
    ensemble = Ensemble.load(place, Settings.load(place / "thresholds.toml").words)
    rng = np.random.default_rng(0)
    hops = rng.uniform(LOW, 0, (20, HOP_FRAMES, BANDS)).astype(np.float32)
    once = np.concatenate([ensemble.add(hop) for hop in hops])
    assert np.exp(once).sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert ensemble.codes.shape == (10, 96)
    ensemble.reset()
    assert np.array_equal(once, np.concatenate([ensemble.add(hop) for hop in hops]))


def test_the_first_networks_graphs_are_no_partner(place: Path, tmp_path: Path) -> None:
    for name in ("embedding.tflite", "words.tflite"):
        shutil.copy(place / name, tmp_path / name)
        shutil.copy(place / name, tmp_path / f"partner_{name}")
    with pytest.raises(ModelError, match="partner knows"):
        Ensemble.load(tmp_path, Settings.load(place / "thresholds.toml").words)
