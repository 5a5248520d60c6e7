# SPDX-License-Identifier: Apache-2.0
"""Reaches into the recipes of a checkout: the teachers and held-out scenes that figures are measured against."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from phosphene.errors import PhospheneError
from phosphene_tools.places import checkout


def recipe_module(name: str) -> ModuleType:
    """Import `recipes.<name>`, such as `field.teacher`; it must not need torch.

    Raises PhospheneError when there is no checkout, as in an installed wheel, or no such module.
    """
    root = checkout()
    if root is None:
        raise PhospheneError(
            "figures of the painter need the recipes, which an installed package doesn't carry",
            place=f"recipes.{name}",
            cure="run the command from a checkout of the repository",
        )
    folder = str(root / "models_int8")
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        return importlib.import_module(f"recipes.{name}")
    except ModuleNotFoundError as error:
        raise PhospheneError(
            f"the recipe can't be read: {error}", place=f"recipes.{name}", cure='pip install ".[train]"'
        ) from error
