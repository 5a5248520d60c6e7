# SPDX-License-Identifier: Apache-2.0
"""The recipes' workshop and torch, or a skip that says why: they are there with the `train` extra only.

They stand here without types, since the type checker of `make test` runs without them, too.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

_WHY = "needs training: pip install 'phosphene[train]'"

torch: Any = pytest.importorskip("torch", reason=_WHY)
for _name in ("litert_torch", "litert_quantizer"):
    pytest.importorskip(_name, reason=_WHY)
export: Any = importlib.import_module("recipes.workshop.export")
onnx_export: Any = importlib.import_module("recipes.workshop.onnx")
training: Any = importlib.import_module("recipes.workshop.training")
card: Any = importlib.import_module("recipes.workshop.card")
run: Any = importlib.import_module("recipes.workshop.run")
nn: Any = torch.nn
