# SPDX-License-Identifier: Apache-2.0
"""A board file's speaker: what `open_speaker` can name, and nothing else."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from phosphene_tools.boards.sbc import Sbc

_BOARD = {"title": "a computer", "accelerator": "cpu", "datasheet": "none"}


def test_a_speaker_is_what_can_be_opened_and_none_by_default() -> None:
    assert Sbc.model_validate(_BOARD).speaker == "none"
    assert Sbc.model_validate(_BOARD | {"speaker": "pyaudio:USB"}).speaker == "pyaudio:USB"
    with pytest.raises(ValidationError, match="names no speaker; did you mean pyaudio"):
        Sbc.model_validate(_BOARD | {"speaker": "pyadio"})
