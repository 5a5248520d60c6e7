# SPDX-License-Identifier: Apache-2.0
"""The two senses that `phosphene models report perception` measures."""

from __future__ import annotations

from enum import StrEnum


class Sense(StrEnum):
    """One of them."""

    HEARING = "hearing"
    SEEING = "seeing"
