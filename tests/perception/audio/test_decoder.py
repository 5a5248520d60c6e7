# SPDX-License-Identifier: Apache-2.0
"""The decoder finds the path that trying all paths finds; grammars mean what they say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from phosphene.perception.audio.decoder import Decoder, chances_of
from phosphene.perception.audio.grammar import Grammar, any_words, phrases
from phosphene.perception.audio.numbers import NUMBER

WORDS = ["zero", "one", "two", "twenty", "five", "hundred", "point", "set", "timer", "minutes"]
ALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "point"),
    *("set", "timer", "minutes"),
]

GRAMMARS = [
    any_words(range(4)),
    phrases(["zero (one|two) [twenty]", "one one <tail>"], WORDS[:4], {"tail": "two|twenty zero"}),
]


def every_path(words: np.ndarray, idle: np.ndarray, grammar: Grammar, *, ended: bool) -> float:
    """The best log chance of all alignments, by keeping every state, as CTC defines them."""
    front = {(0, False): 0.0}
    for column, rest in zip(words, idle, strict=True):
        new: dict[tuple[int, bool], float] = {}
        for (place, emitting), chance in front.items():
            steps = [((place, False), rest)]
            if emitting:
                steps.append(((place, True), column[grammar.words[place]]))
            for behind in np.flatnonzero(grammar.after[place]):
                if not (emitting and grammar.words[place] == grammar.words[behind]):
                    steps.append(((int(behind), True), column[grammar.words[behind]]))
            for state, gain in steps:
                new[state] = max(new.get(state, -np.inf), chance + float(gain))
        front = new
    return max(chance for (place, _), chance in front.items() if not ended or grammar.last[place])


@pytest.mark.parametrize("grammar", GRAMMARS)
@pytest.mark.parametrize("ended", [False, True])
def test_it_finds_the_best_of_all_paths(grammar: Grammar, ended: bool) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        columns = np.log(rng.dirichlet(np.full(6, 0.4), size=7) + 1e-6).astype(np.float32)
        words, idle = chances_of(columns)
        decoder = Decoder(grammar)
        for column, rest in zip(words, idle, strict=True):
            decoder.add(column, float(rest))
        assert decoder.best(ended=ended)[0] == pytest.approx(every_path(words, idle, grammar, ended=ended), abs=1e-3)


def test_two_words_are_never_nearer_than_they_may_be() -> None:
    rng = np.random.default_rng(2)
    grammar = GRAMMARS[0]
    nearer = 0
    for _ in range(40):
        columns = np.log(rng.dirichlet(np.full(6, 0.4), size=20) + 1e-6).astype(np.float32)
        words, idle = chances_of(columns)
        loose, strict = Decoder(grammar, -2.0), Decoder(grammar, -2.0, apart=6)
        for column, rest in zip(words, idle, strict=True):
            loose.add(column, float(rest))
            strict.add(column, float(rest))
        began = [spelt.column for spelt in strict.best()[1]]
        assert began
        assert all(later - earlier >= 6 for earlier, later in pairwise(began))
        assert strict.best()[0] <= loose.best()[0] + 1e-4
        free = [spelt.column for spelt in loose.best()[1]]
        nearer += any(later - earlier < 6 for earlier, later in pairwise(free))
    assert nearer > 20, "without the rule they are"


def spell(text: str, grammar: Grammar, vocabulary: list[str], blur: float = 0.02) -> list[str]:
    """Decode columns that say `text`, a word each third column."""
    decoder = Decoder(grammar)
    for word in text.split():
        for place in range(3):
            chances = np.full(len(vocabulary), blur, np.float32)
            if place == 1:
                chances[vocabulary.index(word)] = 0.9
            decoder.add(np.log(chances), float(np.log(0.05 if place == 1 else 0.9)))
    return [vocabulary[spelt.word] for spelt in decoder.best(ended=True)[1]]


@pytest.mark.parametrize(
    "text", ["five", "twenty five", "one hundred two", "hundred", "two point zero five", "nineteen"]
)
def test_numbers_are_numbers(text: str) -> None:
    assert spell(text, phrases(["<number>"], ALL, NUMBER), ALL) == text.split()


@pytest.mark.parametrize("text", ["five twenty", "hundred hundred", "point five five", "zero one"])
def test_what_is_no_number_is_not_read_as_it_stands(text: str) -> None:
    assert spell(text, phrases(["<number>"], ALL, NUMBER), ALL) != text.split()


def test_a_grammar_corrects_what_was_misheard() -> None:
    """The columns rather say "two" than "timer", which can't follow "set"."""
    decoder = Decoder(phrases(["set timer <number> minutes"], ALL, NUMBER))
    for said in ({"set": 0.9}, {}, {"two": 0.5, "timer": 0.3}, {}, {"five": 0.9}, {}, {"minutes": 0.8}, {}):
        chances = np.full(len(ALL), 0.001, np.float32)
        for word, chance in said.items():
            chances[ALL.index(word)] = chance
        decoder.add(np.log(chances), float(np.log(max(0.05, 1 - sum(said.values())))))
    assert [ALL[spelt.word] for spelt in decoder.best(ended=True)[1]] == ["set", "timer", "five", "minutes"]


def test_the_same_word_twice_needs_a_pause() -> None:
    grammar = any_words([0])
    for pause, count in ((0.9, 2), (0.0001, 1)):
        decoder = Decoder(grammar)
        for word in (0.9, 1 - pause, 0.9):
            decoder.add(np.log(np.array([word], np.float32)), float(np.log(1.0001 - word)))
        assert len(decoder.best()[1]) == count


def test_words_that_are_not_expected_count_as_other_talk() -> None:
    columns = np.log(np.array([[0.1, 0.1, 0.5, 0.3]], np.float32))
    words, idle = chances_of(columns, np.array([False, True]))
    assert np.exp(words[0]) == pytest.approx([0, 0.3])
    assert np.exp(idle[0]) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("set (timer", "not closed"),
        ("set clock", "clock"),
        ("<when>", "when"),
        ("one ) two", "alone"),
        ("<loop>", "loop"),
    ],
)
def test_a_wrong_grammar_is_told_where(pattern: str, complaint: str) -> None:
    with pytest.raises(PhospheneError, match=complaint) as caught:
        phrases([pattern], ALL, {"loop": "one <loop>"})
    assert caught.value.cure
