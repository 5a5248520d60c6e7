# SPDX-License-Identifier: Apache-2.0
"""`phosphene models build hearing --data DIR`: the networks that ship, and three more of each to measure them by.

Each of the three is trained without one fold of the recorded people, and heard by that fold in the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from phosphene.errors import PhospheneError
from phosphene.perception.audio.ensemble import PARTNER
from recipes.hearing import overheard, partner, second
from recipes.hearing.exactness import InFloat
from recipes.hearing.export import export, write_onnx
from recipes.hearing.finish import finish
from recipes.hearing.lesson import Lesson, Pool
from recipes.hearing.network import Network
from recipes.hearing.pool import make_noises, make_pool, read_noises, read_pool
from recipes.hearing.prepare import prepare
from recipes.hearing.training import begin, beginnings, trained
from recipes.hearing.utterances import SYNTHETIC
from recipes.speech import own_talk
from recipes.speech.recordings import FOLDS
from recipes.speech.vocabulary import labels
from recipes.workshop.export import ExportReport
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, seed_everything

HEAD_STEPS: Final = 900
# On synthetic voices alone: this part is the same for every fold.
VOICE_STEPS: Final = 6500
OWN_STEPS: Final = 3000
_EXAMPLES: Final = {0: 6000, 1: 6000, 2: 6000, SYNTHETIC: 14000}
_PLAIN: Final = {0: 5000, 1: 5000, 2: 5000, SYNTHETIC: 16000}
_NATURAL: Final = 3000
_NOISES: Final = 250
# How often a batch is of real people.
_REAL: Final = 0.5


def build(run: Run) -> None:
    """Train a head, then all of it, on synthetic voices; go on once for each fold, without its people, and once with
    everybody.

    Raises PhospheneError when the recordings, the published embedding or a voice's engine are missing.
    """
    if run.data is None:
        raise PhospheneError("no recordings to learn from", cure="--data DIR; the card says what it holds")
    speech = run.work / "speech"
    prepare(run.data, speech, run.seed)
    own_talk.make(speech)
    for group, count in _EXAMPLES.items():
        make_pool(speech, run.work / "pool", group, count, run.seed)
        make_pool(speech, run.work / "plain", group, _PLAIN[group], run.seed, plain=True)
    make_pool(speech, run.work / "pool", SYNTHETIC, _NATURAL, run.seed, natural=True)
    make_pool(speech, run.work / "plain", SYNTHETIC, _NATURAL, run.seed, plain=True, natural=True)
    make_noises(speech, run.work, _NOISES, run.seed)
    second.prepare_windows(run, speech)
    voices = _train(run, "voices", _copy(_head(run)), [], VOICE_STEPS, 1e-3)
    folds: list[InFloat] = []
    for fold in range(FOLDS):
        others = [group for group in range(FOLDS) if group != fold]
        folder = run.out / "folds" / str(fold)
        network, _ = _grown(run, f"fold{fold}", others, voices, folder)
        its, _ = partner.grow(run, folder, f"fold{fold}", others)
        folds.append(InFloat(network, its, second.grow(run, folder, fold)[0]))
    (run.out / "card.toml").unlink(missing_ok=True)
    final, reports = _grown(run, "final", list(range(FOLDS)), voices, run.out)
    beside, more = partner.grow(run, run.out, "final", list(range(FOLDS)))
    everybody = read_pool(run.work / "pool", range(FOLDS))
    write_onnx(final, everybody, run.work, run.seed)
    write_onnx(beside, everybody, run.work, run.seed, PARTNER)
    _, looked = second.grow(run, run.out, None)
    finish(run, speech, folds, [*reports, *more, looked], HEAD_STEPS + VOICE_STEPS + OWN_STEPS)
    overheard.find(run.out, speech, run.work, print)


def _head(run: Run) -> Network:
    """Train the head alone on the published embedding, which would be spoilt by what a new head sends back."""
    seed_everything(run.seed)
    network = Network(len(labels()) + 2)
    begin(network.embedding, beginnings(read_pool(run.work / "plain", [SYNTHETIC])))
    return _train(run, "head", network, [], HEAD_STEPS, 3e-3)


def _grown(
    run: Run, name: str, people: Sequence[int], voices: Network, folder: Path
) -> tuple[Network, Sequence[ExportReport]]:
    """Go on with these groups of people and the synthetic voices, and export what comes of it."""
    network = _train(run, name, _copy(voices), people, OWN_STEPS, 7e-4)
    folder.mkdir(parents=True, exist_ok=True)
    return network, export(network, read_pool(run.work / "pool", [*people, SYNTHETIC]), folder, run.seed)


def _copy(network: Network) -> Network:
    """Return a network of the same weights with the embedding free to learn, but for its first convolutions."""
    copied = Network(len(labels()) + 2)
    copied.load_state_dict(network.state_dict())
    return copied


def _train(run: Run, name: str, network: Network, people: Sequence[int], steps: int, rate: float) -> Network:
    lesson = Lesson(_pool(run, people) if people else None, _pool(run, [SYNTHETIC]), _REAL)
    return trained(run, name, network, lesson, Plan(steps, rate=rate, average=0.997, seed=run.seed))


def _pool(run: Run, groups: Sequence[int]) -> Pool:
    steady, _ = read_noises(run.work)
    return Pool(read_pool(run.work / "pool", groups), read_pool(run.work / "plain", groups), steady)
