# SPDX-License-Identifier: Apache-2.0
"""The composer with its shipped graph, and with one that knows nothing: what comes out is valid either way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import Graph, TensorSpec, load_graph
from phosphene.accelerators.protocol import Description
from phosphene.painter import tokens as words
from phosphene.painter.charset import SceneError
from phosphene.painter.compose import MOST_TRIES, Composer
from phosphene.painter.condition import CONDITION, condition
from phosphene.painter.draw import Drawer
from phosphene.painter.free_room import FreeRoom
from phosphene.painter.likeness import alike, outline
from phosphene.painter.paging import paginate
from phosphene.painter.panel import LATTICE, Panel
from phosphene.painter.problems import problems
from phosphene.painter.scene import Choice, Context, Fact, Hand, Intent, Scene, Urgency
from phosphene.painter.schedule import occupied
from recipes.composer.evaluate import beyond_teacher, first_draw, validity
from recipes.composer.scenes import HELD_COUNTS, HELD_INTENT, HELD_UNITS, Split, on_side, scene
from recipes.composer.teacher import random_page

MODELS = Path(__file__).resolve().parents[2] / "models_int8"
GLASS = Panel(320, 240)
SCENE = Scene(
    (Fact("t", "21.5", "Warm", "°C", level=0.4), Fact("h", "48", "Damp", "%")),
    (Choice("yes", "Yes", main=True), Choice("no", "No")),
    "Kitchen",
    context=Context(60.0),
    seed=7,
)


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer.load(MODELS)


class Ignorant:
    """A graph of the composer's shape whose logits are noise."""

    def __init__(self, like: Graph) -> None:
        self._like = like
        self._rng = np.random.default_rng(0)

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._like.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._like.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        assert [array.shape for array in arrays] == [spec.shape for spec in self.inputs]
        return (self._rng.integers(-128, 128, self.outputs[0].shape).astype(np.int8),)

    def describe(self) -> Description:
        return self._like.describe()


def test_the_same_seed_gives_the_same_arrangement(composer: Composer) -> None:
    first = composer.compose(SCENE, GLASS)
    assert composer.compose(SCENE, GLASS) == first
    assert Composer.load(MODELS).compose(SCENE, GLASS) == first
    assert len({composer.compose(SCENE, GLASS, seed=seed).tokens for seed in range(8)}) > 4


@pytest.mark.parametrize("seed", range(40))
def test_every_page_is_valid(composer: Composer, seed: int) -> None:
    page, panel = random_page(np.random.default_rng(seed), Split.HELD_OUT)
    composed = composer.lay_out(page, panel, seed=seed)
    assert problems(composed.arrangement, page) == []
    assert composed.plain == composed.arrangement.plain == (composed.tokens is None)
    assert 1 <= composed.tries <= MOST_TRIES
    assert len(composed.turned_down) == composed.tries - (not composed.plain)


def test_a_network_that_knows_nothing_still_shows_nothing_wrong() -> None:
    composer = Composer(Ignorant(load_graph(MODELS / "composer" / "composer.tflite")))
    for seed in range(12):
        page, panel = random_page(np.random.default_rng(seed), Split.HELD_OUT)
        composed = composer.lay_out(page, panel, seed=seed)
        assert problems(composed.arrangement, page) == []
        assert not composed.plain or len(composed.turned_down) == MOST_TRIES


@pytest.mark.parametrize("seed", range(20))
def test_boxes_drawn_with_look_ahead_never_overlap(seed: int) -> None:
    drawer = Drawer(Ignorant(load_graph(MODELS / "composer" / "composer.tflite")))
    rng = np.random.default_rng(seed)
    page, panel = random_page(rng)
    tokens = drawer.draw(page, condition(page, panel), rng.random(words.POSITIONS), FreeRoom(page, panel))
    boxes = [box for element in range(words.ELEMENTS) if (box := words.edges(tokens, element)) is not None]
    assert all(box.right <= LATTICE[0] and box.bottom <= LATTICE[1] for box in boxes)
    assert sum((box.right - box.left) * (box.bottom - box.top) for box in boxes) == occupied(tokens).sum()


def test_another_look_is_another_layout(composer: Composer) -> None:
    seen = [composer.compose(SCENE, GLASS).arrangement]
    for seed in range(3):
        composed = composer.compose(SCENE, GLASS, seed=seed, avoid=seen)
        if "like one to avoid" not in composed.turned_down[-1:]:
            assert not any(alike(outline(composed.arrangement), outline(old)) for old in seen)
        seen.append(composed.arrangement)
    assert len({arrangement.runs for arrangement in seen}) > 1


def test_pages_of_a_scene_keep_its_look(composer: Composer) -> None:
    scene = replace(SCENE, facts=tuple(Fact(f"f{n}", f"{n}8.6", f"Room {n}", "°C") for n in range(6)))
    pages = paginate(scene, GLASS)
    assert len(pages) > 1
    styles = [composer.compose(scene, GLASS, page=number).arrangement.style for number in range(len(pages))]
    assert len({(style.theme, style.font) for style in styles}) <= 2


def test_the_network_sees_shapes_never_characters() -> None:
    page = paginate(SCENE, GLASS)[0]
    other = paginate(replace(SCENE, facts=(replace(SCENE.facts[0], value="98.7"), *SCENE.facts[1:])), GLASS)[0]
    features = condition(page, GLASS)
    assert features.shape == (CONDITION,)
    assert set(features.tolist()) <= {0, 1}
    assert np.array_equal(features, condition(other, GLASS))
    urgent = replace(SCENE, urgency=Urgency.URGENT, context=replace(SCENE.context, hand=Hand.LEFT))
    assert not np.array_equal(features, condition(paginate(urgent, GLASS)[0], GLASS))


def test_a_value_that_fits_nowhere_is_an_error_not_a_cut(composer: Composer) -> None:
    with pytest.raises(SceneError, match="more than 160x120 can hold"):
        composer.compose(Scene((Fact("code", "1" * 24),)), Panel(160, 120))


def test_a_page_that_is_not_there(composer: Composer) -> None:
    with pytest.raises(IndexError):
        composer.compose(SCENE, GLASS, page=9)


@pytest.mark.parametrize("seed", range(30))
def test_training_scenes_hold_nothing_that_is_held_out(seed: int) -> None:
    one = scene(np.random.default_rng(seed))
    assert one.intent is not HELD_INTENT
    assert (len(one.facts), len(one.choices)) not in HELD_COUNTS
    assert not {fact.unit for fact in one.facts} & {*HELD_UNITS}
    strings = [one.title, *(choice.text for choice in one.choices)]
    strings += [text for fact in one.facts for text in (fact.value, fact.label)]
    assert all(on_side(text, Split.TRAIN) for text in strings if text)


def test_held_out_scenes_hold_all_kinds_of_it() -> None:
    drawn = [scene(np.random.default_rng(seed), Split.HELD_OUT) for seed in range(60)]
    assert any(one.intent is Intent.REFUSE for one in drawn)
    assert any((len(one.facts), len(one.choices)) in HELD_COUNTS for one in drawn)
    assert any(fact.unit in HELD_UNITS for one in drawn for fact in one.facts)
    assert all(on_side(fact.value, Split.HELD_OUT) for one in drawn for fact in one.facts)


def test_the_network_adds_what_look_ahead_alone_does_not(composer: Composer) -> None:
    ignorant = Composer(Ignorant(load_graph(MODELS / "composer" / "composer.tflite")))
    alone = [validity(first_draw(one, alone=True), 24, 0) for one in (composer, ignorant)]
    assert alone[0] > alone[1] + 0.2
    assert validity(first_draw(composer), 24, 0) > 0.85
    rewards = [beyond_teacher(first_draw(one), 2, 0, draws=4)["reward_ratio"] for one in (composer, ignorant)]
    assert rewards[0] > 0.85
    assert rewards[0] > rewards[1]
