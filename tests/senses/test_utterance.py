# SPDX-License-Identifier: Apache-2.0
"""Words become a line when their utterance ends."""

from __future__ import annotations

from phosphene.perception.percepts import Heard, Word
from phosphene.senses.utterance import Utterances


def word(text: str, start_s: float, *, committed: bool = True, confidence: float = 0.9) -> Word:
    return Word(round(10 * start_s), text, start_s, start_s + 0.3, confidence, committed)


def hop(time_s: float, *words: Word, ended: bool = False) -> Heard:
    return Heard(time_s, -20.0, 0.9, words, (), ended)


def test_only_committed_words_make_a_line_and_in_the_order_of_their_times() -> None:
    utterances = Utterances()
    assert utterances.take([hop(1, word("twenty", 0.5, committed=False))]) == []
    assert utterances.take([hop(2, word("five", 1.0)), hop(2.1, word("twenty", 0.5, confidence=0.7))]) == []
    (said,) = utterances.take([hop(2.5, ended=True)])
    assert (said.line, said.start_s, said.confidence) == ("twenty five", 0.5, 0.7)
    assert utterances.take([hop(3, ended=True)]) == []


def test_a_pause_ends_it_too() -> None:
    utterances = Utterances()
    assert utterances.take([hop(1, word("hello", 0.5)), hop(2)]) == []
    (said,) = utterances.take([hop(2.4)])
    assert said.line == "hello"


def test_who_talks_on_says_no_command() -> None:
    utterances = Utterances()
    assert utterances.take([hop(at, word("no", at)) for at in range(1, 40)] + [hop(40, ended=True)]) == []
    assert utterances.take([hop(41, word("yes", 40.5), ended=True)])[0].line == "yes"


def test_utterances_of_one_block_stay_apart() -> None:
    said = Utterances().take([hop(1, word("yes", 0.5), ended=True), hop(2, word("no", 1.5), ended=True)])
    assert [one.line for one in said] == ["yes", "no"]
