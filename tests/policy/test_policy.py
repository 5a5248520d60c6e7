# SPDX-License-Identifier: Apache-2.0
"""The trained policy on the firmware's own tasks: it does what is said to it, and waits when nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phosphene.line.dictionary import Dictionary
from phosphene.perception.percepts import Gesture
from phosphene.policy import Action, Lexicon, Policy, State
from phosphene.policy.decision import WAIT, Decision
from phosphene.policy.dialogue import Call, Kind
from phosphene.policy.layout import ROWS, lay_out
from phosphene.policy.policy import choose
from phosphene_tools.bench.sessions_outcome import summary
from phosphene_tools.bench.sessions_play import play, somebody
from phosphene_tools.bench.sessions_rules import Rules
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from phosphene_tools.sessions.stage import Spoken, Stage, Steps


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The graphs in this tree."""
    return Policy.load()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The firmware's tasks."""
    return Lexicon(Dictionary.parse(build_dictionary(coprocessor())[0]).tasks)


@pytest.fixture
def stage(lexicon: Lexicon) -> Stage:
    """A device with the firmware's tasks, and somebody before it."""
    stage = Stage(lexicon)
    stage.look(True, 0.9)
    return stage


def through(policy: Policy, steps: Steps, state: State | None = None) -> tuple[list[Decision], State]:
    """Let the policy decide every step; return what it did besides waiting."""
    state = state or State.fresh()
    decisions: list[Decision] = []
    situation = next(steps)
    while True:
        decision, state = policy.decide(situation, state)
        decisions.append(decision)
        try:
            situation = steps.send(decision)
        except StopIteration:
            return [decision for decision in decisions if decision.action is not Action.WAIT], state


def clear(text: str) -> list[Spoken]:
    """Words that were heard well."""
    return [Spoken(word, 0.97) for word in text.split()]


def test_state_goes_out_as_it_comes_in(policy: Policy, stage: Stage) -> None:
    coming, going = policy._decide.inputs[-1], policy._decide.outputs[-1]  # pyright: ignore[reportPrivateUsage]
    assert (coming.scale, coming.zero_point) == (going.scale, going.zero_point)
    _, state = through(policy, stage.wait(60.0))
    assert state.memory.shape == State.fresh().memory.shape


def test_a_question_is_asked_at_once_and_with_its_words(policy: Policy, stage: Stage) -> None:
    decisions, _ = through(policy, stage.say(clear("what time is it")))
    assert [decision.action for decision in decisions] == [Action.TASK]
    (done,) = stage.done
    assert isinstance(done.wish, Call)
    assert done.wish.pending.task.name == "time.now"


def test_an_effect_is_asked_about_shown_and_done_after_a_yes(policy: Policy, stage: Stage) -> None:
    _, state = through(policy, stage.say(clear("set a timer")))
    for _ in range(3):
        if stage.dialogue.shown.kind is Kind.ASK:
            assert stage.dialogue.shown.wanted is not None
            answer = "tea" if stage.dialogue.shown.wanted.kind == "text" else "five minutes"
            _, state = through(policy, stage.wait(1.0), state)
            _, state = through(policy, stage.say(clear(answer)), state)
    assert stage.dialogue.shown.kind is Kind.CONFIRM
    assert not stage.done
    _, state = through(policy, stage.wait(1.0), state)
    through(policy, stage.say(clear("yes")), state)
    assert any(done.effect for done in stage.done)


def test_talk_while_nobody_looks_is_not_for_the_device(policy: Policy, stage: Stage) -> None:
    stage.look(False, 0.0)
    state = State.fresh()
    for sentence in ("the train was late again yesterday", "we open presents in the morning", "yes of course we did"):
        decisions, state = through(policy, stage.say(clear(sentence)), state)
        assert not decisions
        _, state = through(policy, stage.wait(2.0), state)
    assert not stage.done


def test_a_touch_is_taken_as_it_is(policy: Policy, stage: Stage) -> None:
    decisions, _ = through(policy, stage.touch(Decision(Action.HOME, touched=True)))
    assert [decision.action for decision in decisions] == [Action.HOME]


def test_the_same_session_comes_out_the_same(policy: Policy, stage: Stage) -> None:
    own = stage.lexicon.tasks
    first, again = (play(policy, State.fresh(), somebody(own, 5, 2)) for _ in range(2))
    assert first == again


def test_it_reaches_more_goals_than_the_rules_and_does_nothing_unasked(policy: Policy, lexicon: Lexicon) -> None:
    ours = summary([play(policy, State.fresh(), somebody(lexicon.tasks, 5, number)) for number in range(120)])
    rules = summary([play(Rules(), None, somebody(lexicon.tasks, 5, number)) for number in range(120)])
    assert ours["reached"] > rules["reached"]
    assert ours["unasked_effects"] == 0


@pytest.mark.parametrize(
    ("line", "task", "arguments"),
    [
        ("set a timer for 5 minutes", "timer.start", {"seconds": ("5", "minutes")}),
        ("set the speed fan 12.5 percent", "pwm.set", {"output": ("fan",), "percent": ("12.5", "percent")}),
    ],
)
def test_a_typed_line_is_taken_with_its_digits(
    policy: Policy, stage: Stage, line: str, task: str, arguments: dict[str, tuple[str, ...]]
) -> None:
    through(policy, stage.type([Spoken(word, 1.0) for word in line.split()]))
    pending = stage.dialogue.pending
    assert pending is not None
    assert (pending.task.name, pending.given) == (task, arguments)


def test_nothing_is_stopped_by_words_that_do_not_say_so(policy: Policy, stage: Stage) -> None:
    """Whatever the network would have: its most likely action is put out of the question."""
    task = stage.lexicon.tasks[0]
    stage.run(task)
    actions = np.zeros(len(Action), np.float32)
    actions[Action.STOP], actions[Action.TASK] = 5.0, 1.0

    def chosen(line: str, share: float = 0.0) -> Action:
        steps = stage.say([replace(word, others=(("off", share),)) for word in clear(line)])
        situation = next(steps)
        while not situation.ended:
            situation = steps.send(WAIT)
        return choose(situation, lay_out(situation), actions, np.zeros(ROWS, np.float32)).action

    assert chosen("please what is the strength of it") is Action.TASK
    assert chosen("what is the strength of it", 0.05) is Action.TASK, "of may always have been off"
    assert chosen("turn it of", 0.4) is Action.STOP
    assert chosen("stop that") is Action.STOP
    stage.look(True, 0.9, gesture=Gesture.OPEN_PALM)
    assert chosen("please") is Action.STOP


def test_who_only_says_stop_is_heeded_wherever_they_look(policy: Policy, stage: Stage) -> None:
    processes = [task for task in stage.lexicon.tasks if task.is_process and task.says]
    assert processes
    for task in processes:
        stage.run(task)
        stage.look(False, 0.0)
        decisions, _ = through(policy, stage.say(clear("stop")))
        assert [(decision.action, decision.task) for decision in decisions] == [(Action.STOP, task)]
        assert not stage.dialogue.running


def test_a_stop_among_other_words_or_to_nothing_is_not_for_the_device(policy: Policy, stage: Stage) -> None:
    stage.look(False, 0.0)
    decisions, _ = through(policy, stage.say(clear("stop")))
    assert not decisions, "nothing runs"
    stage.run(next(task for task in stage.lexicon.tasks if task.name == "dispense.pour"))
    decisions, _ = through(policy, stage.say(clear("the train did not stop there")))
    assert not decisions
