# SPDX-License-Identifier: Apache-2.0
"""Plays many sessions in step, the network deciding in most of them, and writes down what the teacher says to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.policy.decision import WAIT, Action, Decision
from phosphene.policy.layout import Inputs, lay_out
from phosphene.policy.pointing import ARGUMENTS, COLUMNS, arguments_of
from phosphene.policy.policy import STATE, choose, filled, points
from phosphene.policy.situation import Situation
from phosphene_tools.sessions.stage import Steps
from recipes.policy.network import Decider, Pointer
from recipes.policy.people import Session
from recipes.policy.teacher import Lesson, as_decision, lesson

SIDE_BY_SIDE: Final = 48
_MID: Final = 0.7
_IDLE: Final = 0.25
"""What a step counts for in the middle of an utterance, and where nothing is heard."""
FIELDS: Final = ("pairs", "tasks", "words", "rest")
Bytes = NDArray[np.uint8]


@dataclass(slots=True)
class Harvest:
    """Steps of sessions, one after the other: inputs as 255 × their value, uint8; the state that came in, float16.

    `action` and `row` are the teacher's (-1: no task to learn); `weight` of the step in the loss; `session` [n] tells
    which steps follow each other. `points` and `spans` [m, 5, 16, 2] are the pointer's lessons."""

    steps: dict[str, Bytes]
    state: NDArray[np.float16]
    action: NDArray[np.int64]
    row: NDArray[np.int64]
    weight: NDArray[np.float32]
    session: NDArray[np.int64]
    points: Bytes
    spans: Bytes


@dataclass(slots=True)
class _Play:
    number: int
    session: Session
    steps: Steps
    situation: Situation
    by_network: bool
    state: NDArray[np.float32]


def harvest(
    networks: tuple[Decider, Pointer] | None,
    sessions: int,
    seed: tuple[int, ...],
    confusions: Mapping[str, Mapping[str, float]],
    by_network: float = 0.8,
) -> Harvest:
    """Play `sessions` sessions; without networks the teacher decides, with a stumble now and then."""
    rng = np.random.default_rng(seed)
    notes: list[tuple[Inputs, NDArray[np.float16], Lesson, float, int]] = []
    taught: list[tuple[Bytes, Bytes]] = []
    numbers = iter(range(sessions))
    plays: list[_Play] = []
    reached: list[bool] = []
    waiting = True
    while waiting or plays:
        while waiting and len(plays) < SIDE_BY_SIDE:
            number = next(numbers, None)
            if number is None:
                waiting = False
                break
            session = Session(np.random.default_rng((*seed, number)), confusions)
            steps = session.steps()
            by = networks is not None and rng.random() < by_network
            plays.append(_Play(number, session, steps, next(steps), by, np.zeros(STATE, np.float32)))
        inputs = [lay_out(play.situation) for play in plays]
        wanted = _decisions(networks, plays, inputs)
        left: list[_Play] = []
        for play, laid, (decision, state) in zip(plays, inputs, wanted, strict=True):
            right = lesson(play.session, play.situation, laid)
            touched = play.situation.touched
            weight = 0.0 if touched else 1.0 if play.situation.ended else _MID if play.situation.heard else _IDLE
            notes.append((laid, play.state.astype(np.float16), right, weight, play.number))
            if not touched and right.action in (Action.TASK, Action.ANSWER, Action.UNSURE):
                taught += _pointing(play.situation, right, laid)
            answer = touched or (decision if play.by_network else _stumbling(right, play.situation, laid, rng))
            play.state = state
            try:
                play.situation = play.steps.send(answer)
                left.append(play)
            except StopIteration:
                reached += play.session.reached
        plays = left
    print(f"policy: {sessions} sessions, {len(notes)} steps, reached {np.mean(reached):.3f}", flush=True)
    return _packed(notes, taught)


@torch.no_grad()
def _decisions(
    networks: tuple[Decider, Pointer] | None, plays: list[_Play], inputs: list[Inputs]
) -> list[tuple[Decision, NDArray[np.float32]]]:
    if networks is None:
        return [(WAIT, play.state) for play in plays]
    decider, pointer = networks
    stacked = [to_tensor(np.stack([getattr(laid, name) for laid in inputs])) for name in FIELDS]
    state = torch.from_numpy(np.stack([play.state for play in plays]))[:, :, None, None]
    actions, scores, memory = (out.flatten(1).numpy() for out in decider(*stacked, state))
    out: list[tuple[Decision, NDArray[np.float32]]] = []
    for place, (play, laid) in enumerate(zip(plays, inputs, strict=True)):
        choice = choose(play.situation, laid, actions[place], scores[place])
        if play.by_network:
            choice = filled(
                play.situation, choice, lambda laid: pointer(to_tensor(laid[None])).permute(0, 2, 3, 1)[0].numpy()
            )
        out.append((choice, memory[place]))
    return out


def to_tensor(array: NDArray[np.float32] | Bytes) -> Tensor:
    """Return N×H×W×C, float or 255ths, as torch has it: N×C×H×W, float32."""
    real = array.astype(np.float32) / 255 if array.dtype == np.uint8 else array
    return torch.from_numpy(np.ascontiguousarray(real.transpose(0, 3, 1, 2)))


def _stumbling(right: Lesson, situation: Situation, laid: Inputs, rng: np.random.Generator) -> Decision:
    if right.action is Action.TASK and rng.random() < 0.2:
        wrong = laid.rows[int(rng.integers(len(laid.rows)))]
        return Decision(Action.TASK, wrong)
    return as_decision(right, situation, laid)


def _pointing(situation: Situation, right: Lesson, laid: Inputs) -> list[tuple[Bytes, Bytes]]:
    task = laid.rows[right.row] if right.row >= 0 else None
    action = Action.ANSWER if right.action is Action.ANSWER else Action.TASK
    about = points(situation, Decision(action, task))
    if about is None:
        return []
    wanted = situation.dialogue.shown.wanted if right.action is Action.ANSWER else None
    target = np.zeros((ARGUMENTS, COLUMNS, 2), np.uint8)
    for row, argument in zip(target, arguments_of(about[0], wanted), strict=False):
        span = right.spans.get(argument.name)
        if span is not None:
            row[span[0], 0] = row[span[1] - 1, 1] = 1
    return [(_bytes(about[1]), target)]


def _bytes(array: NDArray[np.float32]) -> Bytes:
    return np.rint(array * 255).clip(0, 255).astype(np.uint8)


def _packed(
    notes: list[tuple[Inputs, NDArray[np.float16], Lesson, float, int]], taught: list[tuple[Bytes, Bytes]]
) -> Harvest:
    order = np.argsort([number for *_, number in notes], kind="stable")
    notes = [notes[place] for place in order]
    return Harvest(
        {name: np.stack([_bytes(getattr(laid, name)) for laid, *_ in notes]) for name in FIELDS},
        np.stack([state for _, state, *_ in notes]),
        np.array([right.action for _, _, right, *_ in notes], np.int64),
        np.array([right.row for _, _, right, *_ in notes], np.int64),
        np.array([weight for *_, weight, _ in notes], np.float32),
        np.array([number for *_, number in notes], np.int64),
        np.stack([features for features, _ in taught]),
        np.stack([target for _, target in taught]),
    )
