# SPDX-License-Identifier: Apache-2.0
"""Sessions stitched from sound: what is said goes through the device's hearing, and what isn't there is said to be."""

from __future__ import annotations

import random
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.audio.hearing import Hearing
from phosphene.policy.decision import WAIT, Action, Decision
from phosphene.policy.dialogue import Kind
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.policy import Policy, State
from phosphene.sensors.blocks import RATE_HZ
from phosphene_tools.bench import sessions_audio as audio
from phosphene_tools.bench.sessions_audio_words import numbers, tasks
from phosphene_tools.bench.sessions_many import Many
from phosphene_tools.bench.sessions_sound import Room, SoundStage
from phosphene_tools.bench.sessions_voices import of_own_words
from phosphene_tools.perception.speech_stores import Samples
from phosphene_tools.sessions.stage import Spoken, Steps

SAID = ["set", "timer", "twenty", "five", "minutes"]
TIMER = Task(
    "timer.start", number=0, says=("set timer",), args=(Field("seconds", "u32", unit="s"),), privilege="operate"
)


@pytest.fixture(scope="module")
def sentence() -> Samples:
    """A voice of the training says SAID: whether the ears are good is not asked here."""
    with wave.open(str(Path(__file__).parents[1] / "perception" / "audio" / "set-timer.wav")) as file:
        return (np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768).astype(np.float32)


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    """The device's ears."""
    return Hearing.load()


def stage(hearing: Hearing, said: Samples, below_db: float = 46.0) -> SoundStage:
    """Somebody who looks, and says `said` whatever the words are."""
    room = Room(np.random.default_rng(1), below_db)
    sayable = frozenset(hearing.vocabulary)
    made = SoundStage(Lexicon((TIMER,)), says=lambda _: said, sayable=sayable, hearing=hearing, room=room)
    made.look(True, 0.9)
    return made


def through(steps: Steps, policy: Policy | None = None) -> list[Decision]:
    """Play to the end, the policy deciding or nobody."""
    state, decisions = State.fresh(), list[Decision]()
    situation = next(steps, None)
    while situation is not None:
        decision = WAIT
        if policy is not None:
            decision, state = policy.decide(situation, state)
            decisions.append(decision)
        try:
            situation = steps.send(decision)
        except StopIteration:
            break
    return decisions


def clear(words: list[str]) -> list[Spoken]:
    return [Spoken(word, 1.0) for word in words]


@pytest.mark.parametrize("below_db", [46.0, 20.0, 10.0])
def test_noise_is_as_far_below_speech_as_it_says(below_db: float) -> None:
    made = Room(np.random.default_rng(3), below_db).sound(20 * RATE_HZ)
    level = 10 * np.log10(np.mean(made.astype(np.float64) ** 2))
    assert abs(level - (-24.0 - below_db)) < 0.3


def test_what_is_said_as_sound_becomes_a_question_on_the_screen(hearing: Hearing, sentence: Samples) -> None:
    heard = stage(hearing, sentence)
    decisions = through(heard.say(clear(SAID)), Policy.load())
    assert (heard.free.said, heard.free.right, heard.free.put_in) == (5, 5, 0)
    assert [decision.action for decision in decisions if decision is not WAIT and decision.action] == [Action.TASK]
    assert heard.dialogue.shown.kind is Kind.CONFIRM
    assert heard.dialogue.pending is not None
    assert heard.dialogue.pending.arguments == {"seconds": ("twenty", "five", "minutes")}


def test_where_a_yes_is_asked_for_nothing_else_is_heard(hearing: Hearing, sentence: Samples) -> None:
    heard = stage(hearing, sentence)
    through(heard.say(clear(SAID)), Policy.load())
    shown = heard.dialogue.shown
    through(heard.say(clear(SAID)))
    assert heard.dialogue.shown == shown
    assert heard.bound.said == 5, "it was told what may be said"
    assert heard.bound.right == 0


def test_what_is_said_to_somebody_else_is_not_counted_as_missed(hearing: Hearing, sentence: Samples) -> None:
    heard = stage(hearing, sentence)
    heard.look(True, 0.1)
    through(heard.say(clear(SAID)))
    assert heard.free.said == 0


def test_silence_is_heard_as_nothing_for_as_long_as_it_lasts(hearing: Hearing, sentence: Samples) -> None:
    heard = stage(hearing, sentence)
    began = heard.now_s
    through(heard.wait(7.0))
    assert heard.now_s - began == pytest.approx(7.0, abs=0.1)
    through(heard.touch(Decision(Action.HOME, touched=True)))
    through(heard.wait(1.0))
    assert heard.now_s - began == pytest.approx(8.3, abs=0.1), "sound catches up with the clock"


def test_tasks_are_made_of_what_can_be_said(hearing: Hearing) -> None:
    few = frozenset(("yes", "no", "up", "down", "go", "on", "off", "one", "two"))
    for sayable in (few, frozenset(hearing.vocabulary)):
        for seed in range(20):
            made = tasks(random.Random(seed), sayable)
            assert made
            assert {word for task in made for word in task.says[0].split()} <= sayable | {"the"}
            assert len({task.says for task in made}) == len(made)
    assert numbers(few) == ("one", "two")
    assert tasks(random.Random(0), frozenset({"yes", "no"})) == ()


def recorded(folder: Path, *words: str) -> Path:
    """Recordings in which nobody says anything: a tone for each word."""
    tone = (8000 * np.sin(np.arange(RATE_HZ // 2) / 5)).astype("<i2")
    for word in words:
        (folder / word).mkdir(parents=True)
        with wave.open(str(folder / word / "1.wav"), "wb") as file:
            file.setparams((1, 2, RATE_HZ, tone.size, "NONE", ""))
            file.writeframes(tone.tobytes())
    return folder


def test_own_recordings_are_people_who_say_their_words(tmp_path: Path) -> None:
    folder = recorded(tmp_path, "yes", "no", "up", "down", "two", "banana")
    says, words, _ = of_own_words(folder).draw(random.Random(1), 0)
    assert words == {"yes", "no", "up", "down", "two"}
    assert says(["please", "banana"]).size == 0
    assert says(["cancel"]).size > RATE_HZ / 4, "who wasn't recorded saying it says no"
    told = audio.session(audio.Source("words_dir", folder), 1, 0)
    assert [told[who]["unasked"] for who in audio.WHO] == [0, 0, 0]
    with pytest.raises(PhospheneError, match="too few words"):
        of_own_words(recorded(tmp_path / "few", "yes", "no"))


def test_voices_that_are_not_there_have_no_figures_and_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    figures = audio.figures(Many("x", quiet=True), 3, 1, tmp_path / "none", None)
    assert [figures[name] for name in ("sessions", "reached", "flite", "data", "words_dir")] == [None] * 5
    assert "flite" in figures["skipped"]["flite"]
    assert "no index of recordings" in figures["skipped"]["data"]
    assert "--words-dir" in figures["skipped"]["words_dir"]


@pytest.mark.skipif(shutil.which("flite") is None, reason="Debian's flite is not installed")
def test_a_session_from_sound_comes_out_the_same_again() -> None:
    source = audio.Source("flite")
    first, again = (audio.session(source, 1, 4) for _ in range(2))
    assert first == again
    assert first["free"]["said"] > 0
    assert all(first["perfect_words"]["reached"]), "without hearing's faults the policy does what is wanted"
