# SPDX-License-Identifier: Apache-2.0
"""Accelerator: every committed graph on what runs the networks here, by its results, its layers and its decisions.

All is held against LiteRT's reference kernels, which share no code with the fast ones of the CPU either.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import Accelerator, Cpu, load_graph
from phosphene.accelerators.golden import compare, golden_inputs, read_golden
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.perception.audio.hearing import Hearing
from phosphene.perception.vision import Seeing
from phosphene.policy import Action, Lexicon, Policy, State
from phosphene.policy.decision import Decision
from phosphene.policy.situation import Situation
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene_hil.computer import Opened
from phosphene_hil.layers import MOST_STEPS, layer_differences
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_tools.bench.moment_talk import talk
from phosphene_tools.bench.sessions_play import play, somebody
from phosphene_tools.models.card import read_card
from phosphene_tools.models.catalog import graph_files
from phosphene_tools.models.edgetpu import predict_edgetpu
from phosphene_tools.models.graph import read_graph
from phosphene_tools.models.placement import Placement, placements
from phosphene_tools.models.teflon import predict_teflon
from phosphene_tools.painter.demo import SCENES
from phosphene_tools.perception.drawn_face import ground, with_face

GRAPHS = graph_files("")
SESSIONS = 8
PREDICTS = {"coral": predict_edgetpu, "teflon": predict_teflon}
"""Accelerators for which there is a prediction, operator by operator."""

each_graph = pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def opened(rig: Rig) -> Generator[Opened]:
    """The accelerator of the rig's computer, the same for all tests, as it is for all networks of a device."""
    with rig.computer.accelerator() as opened:
        yield opened


@pytest.fixture
def chip(rig: Rig, opened: Opened) -> Generator[Accelerator]:
    """The same; the test fails where the CPU had to stand in for it: then nothing was shown of the chip."""
    before = len(opened.events)
    yield opened.chip
    assert not (troubles := opened.troubles()[before:]), troubles


@pytest.mark.needs("accelerator")
@each_graph
def test_a_graph_gives_its_golden_results(path: Path, chip: Accelerator, rig: Rig, measure: Measure) -> None:
    found = compare(chip.load(path), path, read_golden(path))
    for one in found.differences:
        most = one.tolerance.mean_steps
        measure(f"{path.stem}, {one.output}: off on average", one.mean_steps, unit="steps", budget=most)
    assert found.reference, found.problems
    if rig.computer.kind == "rknn":  # its compiler quantises anew, by scales fitted to real inputs
        pytest.skip(f"told, not judged: {'; '.join(map(str, found.differences))}")
    assert not found.problems, found.problems


@pytest.mark.needs("accelerator")
@each_graph
def test_its_operators_run_where_the_card_says(path: Path, chip: Accelerator, rig: Rig) -> None:
    """The card's predictions are this tree's; and the one for this chip is what its runtime then reports."""
    assert placements(path) == read_card(path.parent).graphs[path.name].placement
    graph = chip.load(path)
    reported = [operator.runs_on for operator in graph.describe().operators]
    assert reported, "the runtime tells of no operator"
    if rig.computer.kind == "cpu":
        assert set(reported) == {"cpu"}
        assert len(reported) >= len(read_graph(path).operators)
    elif rig.computer.kind in PREDICTS:
        predicted: Placement = PREDICTS[rig.computer.kind](read_graph(path))
        assert graph.describe().fell_back == len(predicted.operators) - predicted.on_chip, str(predicted)
    else:
        assert graph.describe().fell_back == 0


@pytest.mark.needs("accelerator", "layers")
@each_graph
def test_every_layer_by_itself_is_a_step_off_at_the_most(
    path: Path, chip: Accelerator, tmp_path: Path, measure: Measure
) -> None:
    """What a layer takes is what the reference kernels gave the layer before: no difference hides in another."""
    found = layer_differences(path, chip, golden_inputs(load_graph(path).inputs, seed=1), tmp_path)
    assert len(found) == len(read_graph(path).operators)
    most = max(one.most_steps for one in found)
    measure(f"{path.stem}: the worst of {len(found)} layers", most, unit="steps", budget=MOST_STEPS)
    wrong = [str(one) for one in found if one.most_steps > MOST_STEPS]
    assert not wrong, "\n".join(wrong)


class Both:
    """Decides with the accelerator and with the reference, step by step, and goes on from what the latter says."""

    def __init__(self, chip: Accelerator) -> None:
        self._policy, self._reference = Policy.load(chip), Policy.load(reference())
        self.done = 0
        """Decisions other than to wait."""
        self.parted: list[str] = []

    def decide(self, situation: Situation, state: State) -> tuple[Decision, State]:
        """Decide twice, from the same state."""
        ours, _ = self._policy.decide(situation, state)
        right, following = self._reference.decide(situation, state)
        self.done += right.action is not Action.WAIT
        if (ours.action, ours.task, ours.arguments) != (right.action, right.task, right.arguments):
            self.parted.append(f"{ours} instead of {right}")
        return right, following


def reference() -> Cpu:
    """LiteRT's reference kernels."""
    return Cpu(kernels="reference")


@pytest.mark.needs("accelerator")
def test_it_decides_the_same(rig: Rig, chip: Accelerator) -> None:
    """Simulated people at this board's tasks: what is wanted, of which task, with which words."""
    tasks, both = Lexicon(rig.dictionary.tasks).tasks, Both(chip)
    for number in range(SESSIONS):
        play(both, State.fresh(), somebody(tasks, 8, number))
    assert both.done > SESSIONS, "people who want nothing show nothing"
    assert not both.parted, "\n".join(both.parted[:5])


@pytest.mark.needs("accelerator", "voice")
def test_it_hears_the_same_words(chip: Accelerator) -> None:
    tape = talk(8.0, seed=8)
    words: list[list[str]] = []
    for accelerator in (chip, reference()):
        hearing, step = Hearing.load(accelerator=accelerator), RATE_HZ // 50
        blocks = (Sound(tape.samples[at : at + step], at / RATE_HZ) for at in range(0, tape.samples.size, step))
        heard = [hop for block in blocks for hop in hearing.hear(block)]
        words.append([word.text for hop in heard for word in hop.words if word.committed])
    assert words[1], "nothing was heard: this shows nothing"
    assert words[0] == words[1]


@pytest.mark.needs("accelerator")
def test_it_sees_the_same_faces(chip: Accelerator) -> None:
    ours, right = (Seeing.load(accelerator=accelerator) for accelerator in (chip, reference()))
    wall = ground()
    for number, picture in enumerate((with_face(wall, 320, 230, 130), with_face(wall, 180, 250, 90), wall)):
        frame = Frame(np.asarray(picture), 10.0 * number, number)  # so far apart that nothing is followed
        seen, truth = ours.look(frame), right.look(frame)
        assert len(truth.faces) == (picture is not wall), "the reference sees what is there"
        assert len(seen.faces) == len(truth.faces)
        for face, other in zip(seen.faces, truth.faces, strict=True):
            assert face.distance_cm == pytest.approx(other.distance_cm, rel=0.1)


@pytest.mark.needs("accelerator")
def test_it_paints_frames_that_say_the_same(chip: Accelerator) -> None:
    """Painted and read by its own networks: a frame comes out only if what was read is what was to be said."""
    panel = Panel(320, 240)
    ours, right = (Painter.load(panel, accelerator=accelerator) for accelerator in (chip, reference()))
    for scene in SCENES[:2]:
        painted, truth = ours.paint(scene), right.paint(scene)
        assert [(node.key, node.text) for node in painted.tree] == [(node.key, node.text) for node in truth.tree]
        assert painted.outcome.plain == truth.outcome.plain
