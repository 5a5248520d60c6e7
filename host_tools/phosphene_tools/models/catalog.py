# SPDX-License-Identifier: Apache-2.0
"""Which models there are: folders with a card, and recipes that have not been built yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phosphene.accelerators.model_file import CARD
from phosphene.errors import PhospheneError
from phosphene.models import folder
from phosphene_tools.models.card import Card, read_card

_RECIPES = "recipes"


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its folder, its card if it was built, and whether a recipe makes it again."""

    name: str
    folder: Path
    card: Card | None
    recipe: bool


def models(root: Path | None = None) -> tuple[Model, ...]:
    """Return all models under `root`, by default the project's own, in order of name; raises for a damaged card."""
    root = folder() if root is None else root
    built = {path.parent.name for path in root.glob(f"*/{CARD}")}
    recipes = {path.parent.name for path in (root / _RECIPES).glob("*/recipe.py")}
    return tuple(
        Model(name, root / name, read_card(root / name) if name in built else None, name in recipes)
        for name in sorted(built | recipes)
    )


def graph_files(asked: str, root: Path | None = None) -> tuple[Path, ...]:
    """Return the graphs that `asked` means: a .tflite file, a model's name, or, when empty, those of every model.

    Raises PhospheneError when there is no such file or model, or the model has no graph yet.
    """
    if asked.endswith(".tflite"):
        return (Path(asked),)
    known = models(root)
    if not asked:
        return tuple(model.folder / file for model in known if model.card for file in sorted(model.card.graphs))
    for model in known:
        if model.name == asked and model.card is not None:
            return tuple(model.folder / file for file in sorted(model.card.graphs))
        if model.name == asked:
            raise PhospheneError(
                f"the model {asked} has not been built", place=str(model.folder), cure=f"phosphene models build {asked}"
            )
    names = ", ".join(model.name for model in known) or "none"
    raise PhospheneError(
        f"there is no model {asked}",
        place=str(folder() if root is None else root),
        cure=f"there is {names}; or name a .tflite file",
    )
