# SPDX-License-Identifier: Apache-2.0
"""The speech engine for real, where it is installed; and what goes wrong with its worker."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from phosphene.sound.engine import Engine
from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening
from phosphene.sound.samples import RATE_HZ
from phosphene.sound.speech import COMMAND, Espeak, open_speech
from tests.sensors.waiting import until

_RECORDS = str(Path(COMMAND[-1]).parent.with_name("sensors"))


def worker(then: str, **form: object) -> tuple[str, ...]:
    """Return the command of a worker that starts well, tells `form`, and then does what it is told to."""
    begin = f"import os, sys, time; sys.path.insert(0, {_RECORDS!r}); import worker_records as records"
    return (sys.executable, "-c", f"{begin}\nout = records.take_output()\nrecords.tell(out, **{form!r})\n{then}")


def engine_worker(then: str) -> tuple[str, ...]:
    """Return the command of one in the place of an engine's."""
    return worker(then, name="odd", rate_hz=RATE_HZ)


@pytest.fixture
def espeak() -> Espeak:
    engine = Espeak()
    try:
        engine.open()
    except SoundError as error:
        if "not installed" in error.message:
            pytest.skip(str(error))
        raise
    return engine


def test_it_speaks(espeak: Espeak) -> None:
    try:
        assert espeak.name.startswith("eSpeak NG 1.")
        short, long = espeak.say("Yes."), espeak.say("Pour now? Dose, 12.5 milliliters.")
        assert 0.1 * RATE_HZ < short.size < long.size < 10 * RATE_HZ
        assert long.dtype == np.int16
        assert np.abs(long.astype(int)).max() > 3000
        # Trimmed: it is loud soon, and to its end.
        assert np.abs(long[: RATE_HZ // 10].astype(int)).max() > 300
        assert np.abs(long[-RATE_HZ // 10 :].astype(int)).max() > 300
        assert espeak.say("").size == 0
        assert espeak.say("Größe ½ µ").size > 0
    finally:
        espeak.close()


def test_after_its_end_it_speaks_again(espeak: Espeak) -> None:
    told: list[tuple[Happening, str]] = []
    engine = Engine(espeak, lambda happening, text: told.append((happening, text)))
    engine.start()
    try:
        until(lambda: told)
        assert engine.say("One.") is not None
        process = espeak._worker._process
        assert process is not None
        process.kill()
        process.wait()
        assert engine.say("Two.") is None
        assert "only chimes" in told[-1][1]
        until(lambda: told[-1][0] is Happening.SPEAKS)
        assert engine.say("Three.") is not None
        assert engine.text == ""
    finally:
        engine.stop()


def test_an_engine_that_hangs_is_ended_and_named() -> None:
    engine = Espeak(command=engine_worker("time.sleep(60)"))
    engine.open()
    with pytest.raises(SoundError, match="takes too long"):
        engine.say("Hello.")
    with pytest.raises(SoundError, match="not open"):
        engine.say("Hello.")


def test_a_reason_that_its_worker_gives_is_told() -> None:
    broken = Espeak(command=engine_worker("records.fail(out, 'no voice', 'install one')"))
    broken.open()
    with pytest.raises(SoundError, match="no voice — speech engine — install one"):
        broken.say("Hello.")


def test_an_unknown_voice_is_named(espeak: Espeak) -> None:
    espeak.close()
    with pytest.raises(SoundError, match="no voice 'klingon-9'"):
        Espeak("klingon-9").open()


def test_a_missing_engine_is_told_once_and_leaves_the_chimes(tmp_path: Path) -> None:
    script = tmp_path / "missing.py"
    # The real worker, in a Python without the package, on a system without the library.
    script.write_text(
        "import ctypes.util, runpy, sys\n"
        "ctypes.util.find_library = lambda name: None\n"
        "sys.modules['espeakng_loader'] = None\n"
        f"runpy.run_path({COMMAND[-1]!r}, run_name='__main__')\n"
    )
    told: list[tuple[Happening, str]] = []
    engine = Engine(Espeak(command=(sys.executable, str(script))), lambda what, text: told.append((what, text)))
    engine.start()
    try:
        assert engine.say("Hello.") is None
        until(lambda: told)
        assert told[0][0] is Happening.SPEECHLESS
        assert "is not installed" in engine.text
        assert "phosphene[speech]" in engine.text
    finally:
        engine.stop()


def test_what_can_be_named() -> None:
    assert open_speech("none") is None
    assert isinstance(open_speech("espeak"), Espeak)
    assert isinstance(open_speech("espeak:en-gb"), Espeak)
    with pytest.raises(SoundError, match="names no speech engine"):
        open_speech("parrot")
