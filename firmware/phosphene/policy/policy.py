# SPDX-License-Identifier: Apache-2.0
"""The policy: a situation and its own small memory in, a decision out. It points at words; it never makes a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu, Graph
from phosphene.line.dictionary import Task
from phosphene.models import model_file
from phosphene.policy.copying import copied
from phosphene.policy.correcting import corrected
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Pending
from phosphene.policy.layout import ROWS, Inputs, lay_out
from phosphene.policy.pointing import lay_out_arguments, spans
from phosphene.policy.situation import Situation
from phosphene.policy.sums import with_whole_sum

STATE: Final = 16
_RUNNERS_UP: Final = 3
_IN_QUESTION: Final = 0.05
"""A task with less probability is not asked back about."""


@dataclass(frozen=True, slots=True)
class State:
    """What the policy remembers: int8 [1, 1, 1, STATE], of one scale and zero point in and out; zeros at first."""

    memory: NDArray[np.int8]

    @classmethod
    def fresh(cls) -> State:
        """Return the state of a device that was just switched on."""
        return cls(np.zeros((1, 1, 1, STATE), np.int8))


class Policy:
    """Two graphs: `policy.tflite` decides what and which task, `pointer.tflite` which words are its arguments."""

    def __init__(self, decide: Graph, point: Graph) -> None:
        self._decide, self._point = decide, point

    @classmethod
    def load(cls, accelerator: Accelerator | None = None) -> Policy:
        """Return the policy on `accelerator`, the CPU by default. Raises what loading a graph raises."""
        chip = accelerator or Cpu()
        graphs = (chip.load(model_file("policy", name)) for name in ("policy.tflite", "pointer.tflite"))
        return cls(*graphs)

    def decide(self, situation: Situation, state: State) -> tuple[Decision, State]:
        """Return what is wanted now, and the state for the next step. A touch is taken as it is.

        Raises AcceleratorError when the chip fails.
        """
        inputs = lay_out(situation)
        arrays = (inputs.pairs, inputs.tasks, inputs.words, inputs.rest)
        specs = self._decide.inputs
        laid = [spec.quantise(array[None]) for spec, array in zip(specs, arrays, strict=False)]
        actions, scores, memory = self._decide.run(*laid, state.memory)
        outputs = self._decide.outputs
        logits = outputs[0].dequantise(actions).reshape(-1), outputs[1].dequantise(scores).reshape(-1)
        following = State(memory)
        if situation.touched is not None:
            return situation.touched, following
        choice = choose(situation, inputs, *logits)
        return filled(situation, choice, self._points), following

    def _points(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        (spec,), (out,) = self._point.inputs, self._point.outputs
        (answer,) = self._point.run(spec.quantise(features[None]))
        return out.dequantise(answer)[0]


def choose(situation: Situation, inputs: Inputs, actions: NDArray[np.float32], scores: NDArray[np.float32]) -> Decision:
    """Return the decision that the network's logits, [actions] and [ROWS], stand for, arguments not yet pointed at."""
    likely = softmax(actions)
    if not situation.stop:
        likely[Action.STOP] = 0.0  # nobody said so
    action = Action(int(likely.argmax()))
    if action is Action.WAIT and situation.halt:
        action = Action.STOP
    confidence = float(likely[action])
    rows = inputs.rows
    if not rows or action not in (Action.TASK, Action.STOP, Action.UNSURE):
        return Decision(action, confidence=confidence)
    eligible = np.arange(ROWS) < len(rows)
    if action is Action.STOP:
        running = {process.task.name for process in situation.dialogue.running}
        eligible[: len(rows)] &= [task.name in running for task in rows]
        if not eligible.any():
            return Decision(action, confidence=confidence)
    shares = softmax(np.where(eligible, scores, -1e9).astype(np.float32))
    order = np.argsort(-shares)
    best = [(rows[place], float(shares[place])) for place in order[: _RUNNERS_UP + 1] if eligible[place]]
    if action is Action.UNSURE:
        likely_tasks = [entry for entry in best[:_RUNNERS_UP] if entry[1] >= _IN_QUESTION]
        return Decision(action, confidence=confidence, runners_up=tuple(likely_tasks))
    return Decision(action, best[0][0], confidence=confidence, runners_up=tuple(best[1:]))


def filled(
    situation: Situation, choice: Decision, point: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Decision:
    """Return `choice` with the words that `point`, the pointer network from its input to logits, points at."""
    if choice.action is Action.UNSURE:
        each = (Decision(Action.TASK, task, confidence=share) for task, share in choice.runners_up)
        return replace(choice, alternatives=tuple(filled(situation, one, point) for one in each))
    laid = points(situation, choice)
    return choice if laid is None else pointed(situation, choice, laid[0], point(laid[1]))


def points(situation: Situation, choice: Decision) -> tuple[Task, NDArray[np.float32]] | None:
    """Return the task whose arguments are pointed at, and the pointer's input; None where there is nothing to fill."""
    pending = situation.dialogue.pending
    heard = situation.heard
    if choice.action is Action.TASK and choice.task is not None:
        about, wanted = Pending(choice.task), None
    elif choice.action is Action.ANSWER and pending is not None:
        about, wanted = pending, situation.dialogue.shown.wanted
    else:
        return None
    if not about.task.args or not heard:
        return None
    return about.task, lay_out_arguments(situation.lexicon, heard, about.task, wanted, about)


def pointed(situation: Situation, choice: Decision, task: Task, logits: NDArray[np.float32]) -> Decision:
    """Return `choice` with the words that the pointer's `logits` point at."""
    shown, pending = situation.dialogue.shown, situation.dialogue.pending
    answers = choice.action is Action.ANSWER
    found = spans(logits, situation.heard, task, shown.wanted if answers else None)
    found = with_whole_sum(found, situation.heard, task)
    wrong = None
    if answers and pending is not None and shown.wanted is None:
        wrong, found = pending.given, corrected(found, situation.heard, pending)
    words, sure = copied(found, situation.heard, task, wrong)
    return replace(choice, arguments=words, sure=sure)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities for the logits of one row."""
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()
