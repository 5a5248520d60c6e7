# SPDX-License-Identifier: Apache-2.0
"""What a computer's file says of its accelerator is something that `phosphene run` can open."""

from __future__ import annotations

from typing import get_args

import pytest

from phosphene.accelerators import parse_spec
from phosphene_tools.boards import Catalog
from phosphene_tools.boards.sbc import Sbc
from tests.boards.conftest import Spoil


@pytest.mark.parametrize("word", get_args(Sbc.model_fields["accelerator"].annotation))
def test_every_word_of_a_file_names_a_back_end(word: str) -> None:
    sbc = Sbc.model_validate({"title": "any", "accelerator": word, "datasheet": "none"})
    assert parse_spec(sbc.accelerator_kind) == (sbc.accelerator_kind, "")


def test_the_shipped_boards_run_on_what_they_have() -> None:
    catalog = Catalog.default()
    kinds = {name: catalog.sbc(name).accelerator_kind for name in ("laptop", "pi5", "pi5-coral", "rock5b")}
    assert kinds == {"laptop": "cpu", "pi5": "cpu", "pi5-coral": "coral", "rock5b": "rknn"}
    assert catalog.rig("sim").sbc.accelerator_kind == "cpu"


def test_an_unknown_word_is_answered_with_the_known_ones(spoil: Spoil) -> None:
    (line,) = spoil('accelerator = "cpu"', 'accelerator = "rk3566"', file="sbc/pi5/board.toml")
    assert "sbc/pi5/board.toml" in line
    assert all(word in line for word in ("accelerator", "rk3566", "cpu", "coral", "rk3588", "rknn", "teflon"))
