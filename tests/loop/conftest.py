# SPDX-License-Identifier: Apache-2.0
"""What the loop's tests share: private folders, and the dictionary of the real firmware."""

from __future__ import annotations

import pytest

from phosphene.line.dictionary import Dictionary
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from tests.broker.desk import run_time_folder

__all__ = ["dictionary", "run_time_folder"]


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    """The tasks of the firmware in this tree."""
    return Dictionary.parse(build_dictionary(coprocessor())[0])
