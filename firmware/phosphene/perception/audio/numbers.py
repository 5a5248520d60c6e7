# SPDX-License-Identifier: Apache-2.0
"""Spoken numbers as a part of grammars: ``<number>`` is a whole number up to 999, or a decimal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ONES: Final = "one|two|three|four|five|six|seven|eight|nine"
_TEENS: Final = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS: Final = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"

NUMBER: Final[Mapping[str, str]] = {
    "digit": f"zero|{_ONES}",
    "below": f"{_ONES}|{_TEENS}|({_TENS}) [{_ONES}]",
    "whole": f"zero|<below>|[{_ONES}] hundred [<below>]",
    "number": "<whole> [point <digit> [<digit>]]",
}
"""Named parts; each may name those before it."""
