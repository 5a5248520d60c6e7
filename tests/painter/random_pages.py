# SPDX-License-Identifier: Apache-2.0
"""Random pages for the renderer's tests: the recipe's own generator, which needs no torch."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models_int8"))

from recipes.renderer.pages import random_field, random_page
from recipes.renderer.teacher import paint

__all__ = ["paint", "random_field", "random_page"]
