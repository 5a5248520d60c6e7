# SPDX-License-Identifier: Apache-2.0
"""Where the trained graphs lie: in a checkout's `models_int8`, or inside the installed package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from phosphene.errors import ConfigError

_PACKAGE: Final = Path(__file__).resolve().parent


def folder() -> Path:
    """Return the folder that has one folder per model."""
    checkout = _PACKAGE.parent.parent / "models_int8"
    return checkout if checkout.is_dir() else _PACKAGE / "_data" / "models_int8"


def model_file(model: str, name: str) -> Path:
    """Return `models_int8/<model>/<name>`.

    Raises:
        ConfigError: there is no such file.
    """
    path = folder() / model / name
    if not path.is_file():
        raise ConfigError(
            f"there is no {name} of the model '{model}'",
            place=str(path),
            cure=f"install phosphene again, or make it: phosphene models build {model}",
        )
    return path
