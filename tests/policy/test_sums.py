# SPDX-License-Identifier: Apache-2.0
"""A sum is said in one piece, and is one argument: by the trained policy, over the firmware's own tasks."""

from __future__ import annotations

import pytest

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy import Lexicon, Policy, State
from phosphene.policy.sums import with_whole_sum
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from phosphene_tools.sessions.stage import Spoken, Stage, Steps

EVALUATE = Task("exact.evaluate", args=(Field("expression", "text"), Field("places", "u8")))


def words(line: str) -> list[Word]:
    return [Word(at, text, at, at + 0.3, 0.97, committed=True) for at, text in enumerate(line.split())]


@pytest.mark.parametrize(
    ("line", "pointed", "whole"),
    [
        ("calculate six times seven", {"expression": (1, 3), "places": (3, 4)}, {"expression": (1, 4)}),
        ("calculate six times seven", {"places": (3, 4)}, {"expression": (1, 4)}),
        ("work out two hundred and five plus one please", {"expression": (2, 3)}, {"expression": (2, 8)}),
        ("how much is ( 2 + 3 ) * 4", {"expression": (4, 5)}, {"expression": (3, 10)}),
        ("one divided by three to 20 places", {"expression": (0, 1), "places": (5, 6)}, {"expression": (0, 6)}),
        ("minus two", {"expression": (0, 2)}, {"expression": (0, 2)}),
        ("calculate anna seven", {"expression": (1, 2), "places": (2, 3)}, {"expression": (1, 2), "places": (2, 3)}),
        ("the sum of it", {}, {}),
        ("", {}, {}),
    ],
)
def test_a_sum_is_pointed_at_from_its_first_number_to_its_last(
    line: str, pointed: dict[str, tuple[int, int]], whole: dict[str, tuple[int, int]]
) -> None:
    assert with_whole_sum(pointed, words(line), EVALUATE) == whole


def test_other_tasks_are_left_as_they_are() -> None:
    task = Task("exact.integer", args=(Field("a", "int"), Field("op", "text"), Field("b", "int")))
    spans = {"a": (0, 1), "b": (2, 3)}
    assert with_whole_sum(spans, words("six times seven"), task) == spans


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(Dictionary.parse(build_dictionary(coprocessor())[0]).tasks)


@pytest.mark.parametrize("typed", [False, True], ids=["said", "typed"])
@pytest.mark.parametrize("asks", ["calculate", "work out", "how much is", "what is"])
@pytest.mark.parametrize("sum_", ["six times seven", "23.50 minus 4.85", "two hundred and five plus one point five"])
def test_what_a_stranger_says_for_a_sum_is_evaluated(
    policy: Policy, lexicon: Lexicon, asks: str, sum_: str, typed: bool
) -> None:
    stage, state = Stage(lexicon), State.fresh()
    stage.look(True, 0.9)
    line = [Spoken(word, 1.0 if typed else 0.97) for word in f"{asks} {sum_}".split()]
    steps: Steps = stage.type(line) if typed else stage.say(line)
    situation = next(steps)
    while True:
        decision, state = policy.decide(situation, state)
        try:
            situation = steps.send(decision)
        except StopIteration:
            break
    pending = stage.dialogue.pending or stage.dialogue.shown.pending
    assert pending is not None
    assert pending.task.name == "exact.evaluate"
    assert " ".join(pending.given["expression"]) == sum_
    assert "places" not in pending.given
