# SPDX-License-Identifier: Apache-2.0
"""Hearing: a stream of sound becomes a stream of words, each provisional first and committed after its end."""

from __future__ import annotations

from phosphene.perception.audio.hearing import Hearing

__all__ = ["Hearing"]
