# SPDX-License-Identifier: Apache-2.0
"""Random pages and their exact pictures for the renderer's tests: the recipe's own, without torch and without types."""

from __future__ import annotations

from typing import Any

from phosphene_tools.painter.recipes import recipe_module

random_page: Any = recipe_module("renderer.pages").random_page
paint: Any = recipe_module("renderer.teacher").paint
