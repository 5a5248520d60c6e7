# SPDX-License-Identifier: Apache-2.0
"""Reads a graph's file: its bytes, held against the hash on the card that lies beside it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from phosphene.accelerators.errors import ModelError

CARD = "card.toml"
# Bytes 4 to 8 of a FlatBuffer name its schema.
_IDENTIFIER = slice(4, 8)
_TFLITE = b"TFL3"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The bytes of a graph. `checked` says that they are those that the card names."""

    path: Path
    content: bytes
    sha256: str
    checked: bool


def read_model(path: Path) -> ModelFile:
    """Return the graph at `path`; raises ModelError when it is missing, no .tflite, or not the one on its card."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the model can't be read: {error.strerror}", place=str(path), cure="`phosphene models list` has the models"
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    expected = hash_on_card(path)
    if expected is not None and expected != digest:
        raise ModelError(
            f"the model is damaged or was replaced: its SHA-256 begins {digest[:12]}, the card says {expected[:12]}",
            place=str(path),
            cure=f"get the file again, or build it: phosphene models build {path.parent.name}",
        )
    if content[_IDENTIFIER] != _TFLITE:
        raise ModelError(
            "the file is not a .tflite graph: its identifier is missing",
            place=str(path),
            cure=f"get the file again, or build it: phosphene models build {path.parent.name}",
        )
    return ModelFile(path, content, digest, checked=expected is not None)


def hash_on_card(path: Path) -> str | None:
    """Return the SHA-256 that the card beside `path` has for it, or None without card or entry.

    Raises ModelError when there is a card that can't be read: a damaged card protects nothing.
    """
    card = path.parent / CARD
    try:
        content: dict[str, Any] = tomllib.loads(card.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(
            f"the card can't be read: {error}", place=str(card), cure="get the card and its graphs again"
        ) from error
    graphs = content.get("graphs", {})
    entry = cast("dict[str, Any]", graphs).get(path.name) if isinstance(graphs, dict) else None
    digest = cast("dict[str, Any]", entry).get("sha256") if isinstance(entry, dict) else None
    return digest if isinstance(digest, str) else None
