# SPDX-License-Identifier: Apache-2.0
"""Seeing: faces with distance and attention, hands with landmarks and gesture, light and motion, from one camera."""

from __future__ import annotations

from phosphene.perception.vision.seeing import Seeing

__all__ = ["Seeing"]
