# SPDX-License-Identifier: Apache-2.0
"""Exports the policy's two graphs, as .tflite and for the RKNN compiler, and writes their card."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from phosphene.accelerators.model_file import CARD
from phosphene.errors import PhospheneError
from recipes.policy.rollouts import FIELDS, Harvest, to_tensor
from recipes.workshop.card import Card, Source, graph_entry, hashes, write_card
from recipes.workshop.export import to_int8
from recipes.workshop.onnx import to_onnx
from recipes.workshop.run import Run

_STATE: Final = (-1.0, 127 / 128)
"""So that the state's input has the scale and zero point that an int8 TANH gives out: 1/128 and 0."""
_INPUTS: Final = (*FIELDS, "state")
_OUTPUTS: Final = ("actions", "scores", "memory")
_MEANINGS: Final = {
    "pairs": "match features of tasks and heard words, phosphene.policy.layout",
    "tasks": "what each task is, and how well it matches in all",
    "words": "each heard word by itself",
    "rest": "who is there, what is shown and awaited, what runs",
    "state": "the memory of the step before, zeros at first",
    "actions": "logits of phosphene.policy.Action",
    "scores": "logits of the tasks, by row",
    "memory": "the state for the next step, with the scale and zero point of the input",
}
_POINTER: Final = {
    "arguments": "features of a task's arguments and the heard words, phosphene.policy.pointing",
    "spans": "logits: the argument's words begin here, and end here",
}


def publish(run: Run, decider: nn.Module, pointer: nn.Module, lessons: Harvest, steps: int) -> None:
    """Write graphs and card into `run.out`. Raises PhospheneError when state in and out don't fit each other."""
    (run.out / CARD).unlink(missing_ok=True)
    rng = np.random.default_rng((run.seed, 9))
    telling = np.flatnonzero((lessons.weight >= 1.0) | (lessons.action > 0))
    chosen = rng.permutation(telling)[:250]
    states = [_state(lessons, decider, int(row)) for row in chosen]
    arguments = [(to_tensor(lessons.points[row][None]),) for row in rng.permutation(len(lessons.points))[:200]]
    ranges = [(0.0, 1.0)] * len(FIELDS)
    decided = to_int8(
        decider,
        states[0],
        states,
        run.out / "policy.tflite",
        floor_db=18.0,
        input_names=_INPUTS,
        output_names=_OUTPUTS,
        input_ranges=[*ranges, _STATE],
    )
    pointed = to_int8(
        pointer,
        arguments[0],
        arguments,
        run.out / "pointer.tflite",
        floor_db=18.0,
        input_names=["arguments"],
        output_names=["spans"],
        input_ranges=[(0.0, 1.0)],
    )
    coming, going = decided.inputs[-1], decided.outputs[-1]
    if (coming.scale, coming.zero_point) != (going.scale, going.zero_point):
        raise PhospheneError(
            f"the state goes out with {going.scale}, {going.zero_point} and comes in with "
            f"{coming.scale}, {coming.zero_point}",
            place=str(decided.graph),
            cure="give the input `state` the range of an int8 TANH",
        )
    to_onnx(decider, states[0], states[:60], run.work, "policy", input_names=_INPUTS, output_names=_OUTPUTS)
    to_onnx(
        pointer, arguments[0], arguments[:60], run.work, "pointer", input_names=["arguments"], output_names=["spans"]
    )
    folder = Path(__file__).resolve().parent
    card = Card(
        name="policy",
        what="decides what is wanted, of which task, and which heard words are its arguments",
        recipe=run.command,
        seed=run.seed,
        steps=steps,
        data=(
            Source(
                name="sessions with random dictionaries, people and mishearings that the recipe draws",
                licence="Apache-2.0",
                sha256=hashes(folder, folder.glob("*.py")),
            ),
        ),
        limits=(
            "learnt from simulated people in English; nobody real has talked to it",
            "it points at words and makes no value; an effect needs more than its word: phosphene.policy.consent",
        ),
        graphs={
            "policy.tflite": graph_entry(decided, _MEANINGS),
            "pointer.tflite": graph_entry(pointed, _POINTER),
        },
    )
    write_card(run.out, card)


@torch.no_grad()
def _state(lessons: Harvest, decider: nn.Module, row: int) -> tuple[Tensor, ...]:
    """One step's inputs, with the state as the trained network has it after the step before."""
    before = row - 1 if row and lessons.session[row - 1] == lessons.session[row] else row
    state = torch.from_numpy(lessons.state[before][None].astype(np.float32))[:, :, None, None]
    if before != row:
        state = decider(*(to_tensor(lessons.steps[name][before][None]) for name in FIELDS), state)[2]
    return (*(to_tensor(lessons.steps[name][row][None]) for name in FIELDS), state)
