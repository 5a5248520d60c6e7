# SPDX-License-Identifier: Apache-2.0
"""Puts the recipes where `phosphene models build` has them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models_int8"))
