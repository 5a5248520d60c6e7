# SPDX-License-Identifier: Apache-2.0
"""Parts of the recipes' workshop that do without torch; without types, since the recipes lie outside the packages."""

from __future__ import annotations

import importlib
from typing import Any

spread_by_convolution: Any = importlib.import_module("recipes.workshop.spread").spread_by_convolution
