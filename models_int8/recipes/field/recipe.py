# SPDX-License-Identifier: Apache-2.0
"""`phosphene models build field`: train the flow on the teacher, export it, and measure what ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from phosphene.accelerators.model_file import CARD
from phosphene.painter.field import STEPS, Family, Field, Float, Spectrum, noise
from phosphene_tools.painter.field_figures import FIELDS, conditions, generated, held_out, measure
from recipes.field.lesson import Lesson, conditions_of, measure_spectrum, moments
from recipes.field.network import FieldNetwork
from recipes.workshop.card import Card, Metric, Source, graph_entry, hashes, write_card
from recipes.workshop.export import Batch, ExportReport, to_int8
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, train

TRAINING_STEPS = 9_000
# Beside the shipped number of steps, what fewer and more of them would give.
_OTHER_STEPS = (1, 2, 4, 8)
_CALIBRATION = 12
_INPUTS, _OUTPUTS = ("noise", "moment"), ("velocity",)
_RECIPE = Path(__file__).parent
_COMMAND = "phosphene models report painter"
_ABLATIONS = f"{_COMMAND} --ablations"


def build(run: Run) -> None:
    """Train, export, measure, and write the card."""
    spectrum = measure_spectrum(run.seed)
    plan = Plan(
        TRAINING_STEPS if run.steps is None else run.steps, seed=run.seed, checkpoint=run.work / "checkpoint.pt"
    )
    network = train(FieldNetwork(), Lesson(spectrum, run.seed), plan, resume=run.resume, label="field")
    # The old card would refuse the new graph, which is measured before its own card can be written.
    (run.out / CARD).unlink(missing_ok=True)
    np.savez(run.out / "spectrum.npz", mean=spectrum.mean, deviation=spectrum.deviation)
    report = export(network, list(passed(network)), run.out / "field.tflite")
    card = Card(
        name="field",
        what="a rectified flow from noise to the weights that mix the ground colours of a screen",
        recipe=run.command,
        seed=run.seed,
        steps=plan.steps,
        limits=(
            "learnt from six families of smooth fields that recipes/field/teacher.py draws; it makes no others",
            f"{STEPS} steps a field; spectrum.npz belongs to this graph and to no other",
        ),
        metrics=metrics(run.out, network, spectrum),
        graphs={
            "field.tflite": graph_entry(
                report,
                {
                    "noise": "coefficients of the cosines on their way, in deviations of spectrum.npz",
                    "moment": "family and vividness one-hot, then the time and waves of it",
                    "velocity": "how the coefficients change in one unit of time",
                },
            )
        },
        data=(
            Source(
                name="fields that the recipe's own teacher draws by formula",
                licence="Apache-2.0",
                sha256=hashes(_RECIPE, _RECIPE.glob("*.py")),
            ),
        ),
    )
    write_card(run.out, card)


def export(network: nn.Module, samples: list[Batch], out: Path) -> ExportReport:
    """Write the int8 graph, calibrated on the states and times that sampling passes through."""
    return to_int8(
        network,
        samples[0],
        samples,
        out,
        input_names=_INPUTS,
        output_names=_OUTPUTS,
        input_ranges=(None, (-1.0, 1.0)),
        floor_db=20.0,
    )


@torch.no_grad()
def passed(network: nn.Module) -> Iterator[Batch]:
    """Yield every state of `_CALIBRATION` samplings in each family, one by one."""
    for seed in range(_CALIBRATION * len(Family)):
        family, vividness = seed % len(Family), seed // len(Family) % 4
        condition = conditions_of(np.array([family]), np.array([vividness]))
        state = torch.from_numpy(noise(-1 - seed))[None, :, None, None]
        for step in range(STEPS):
            at = moments(condition, torch.full((1, 1), step / STEPS))[..., None, None]
            yield state.clone(), at
            state += network(state, at) / STEPS


def metrics(folder: Path, network: nn.Module, spectrum: Spectrum) -> dict[str, Metric]:
    """Return what ships in figures, the same with other numbers of steps, and the float network's."""
    real = held_out(FIELDS, 0)
    found: dict[str, Metric] = {}
    for steps in (STEPS, *_OTHER_STEPS):
        figures = measure(real, generated(Field.load(folder, steps=steps), FIELDS)).as_dict()
        note = f"int8, {steps} steps{', as shipped' if steps == STEPS else ''}"
        tail = "" if steps == STEPS else f"_{steps}_steps"
        command = _ABLATIONS if tail else _COMMAND
        found |= {f"{name}{tail}": Metric(value=value, command=command, note=note) for name, value in figures.items()}
    plain = measure(real, in_float(network, spectrum)).as_dict()
    return found | {
        f"{name}_float": Metric(value=value, command="phosphene models build field", note=f"float, {STEPS} steps")
        for name, value in plain.items()
    }


@torch.no_grad()
def in_float(network: nn.Module, spectrum: Spectrum, steps: int = STEPS) -> Float:
    """Return the fields of the float network for the seeds and conditions of the figures."""
    condition = conditions_of(*conditions(FIELDS))
    state = torch.from_numpy(np.stack([noise(seed) for seed in range(FIELDS)]))[..., None, None]
    for step in range(steps):
        at = moments(condition, torch.full((FIELDS, 1), step / steps))[..., None, None]
        state += network(state, at) / steps
    return spectrum.fields(state[..., 0, 0].numpy())
