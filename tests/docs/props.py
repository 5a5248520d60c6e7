# SPDX-License-Identifier: Apache-2.0
"""What the Python of a page takes as given, and what stands in for the devices that it names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.painter.scene import Fact, Scene
from phosphene.policy import Lexicon, Situation
from phosphene.policy.dialogue import begin
from phosphene.sensors.blocks import Frame, Sound
from tests.docs.pages import ROOT
from tests.docs.stage import Stage

# Pages whose Python another test runs.
ELSEWHERE = {"docs/add-a-task.md": "tests/tasks/test_add_a_task.py"}


class Turns:
    """True so many times, then false: a loop that somebody ends."""

    def __init__(self, turns: int) -> None:
        self._left = turns

    def __bool__(self) -> bool:
        self._left -= 1
        return self._left >= 0


def instead(there: Stage) -> dict[str, str]:
    """Return what is written in the pages, and what is meant here."""
    return {
        "/dev/ttyACM1": there.port,
        "/tmp/phosphene-sim-x1y2/control": there.control,
        "rknn:/opt/rknn/bin/python": f"cpu:{sys.executable}",
        "models_int8/": f"{ROOT}/models_int8/",
        "/dev/video0": "test",
        "fb:/dev/fb0": "png:.",
        '"pyaudio"': '"wav:said.wav"',
    }


def given(page: str, there: Stage) -> dict[str, Any]:
    """Return the names that a page takes as given."""
    return {"mcu": there.mcu, "board": there.board} | (_GIVEN[page]() if page in _GIVEN else {})


_PICTURE = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
_GIVEN: dict[str, Callable[[], dict[str, Any]]] = {
    "docs/accelerators.md": lambda: {"path": Path(ROOT / "models_int8/reader/reader.tflite")},
    "docs/hearing.md": lambda: {"sound": Sound(np.zeros(16_000, np.int16), 0.0)},
    "docs/models.md": lambda: {"pixels": np.zeros((1, 128, 8, 64), np.float32)},
    "docs/policy.md": lambda: {"situation": Situation(1.0, Lexicon(()), begin(0.0))},
    "docs/screens.md": lambda: {"frame": _PICTURE, "running": Turns(3)},
    "docs/seeing.md": lambda: {"frame": Frame(_PICTURE, 1.0, 0)},
    "docs/sound.md": lambda: {
        "before": None,
        "now": Scene((Fact("exact.value", "3.50", "value"),), title="sum"),
    },
}
