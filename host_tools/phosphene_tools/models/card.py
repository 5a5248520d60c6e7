# SPDX-License-Identifier: Apache-2.0
"""The card of a model: what it is, what it was made of, how good it is by which command, and the hash of each graph.

A card is TOML, written by the recipe and read by people, by `phosphene models`, and by the loader of
`phosphene.accelerators`, which refuses a graph that is not the one on its card.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phosphene.accelerators.model_file import CARD
from phosphene.errors import PhospheneError
from phosphene_tools.models.toml_text import toml_text

_SHA256 = Field(pattern=r"^[0-9a-f]{64}$")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class End(_Part):
    """An input or output of a graph: real = scale * (int8 - zero_point). `meaning` says what the numbers are."""

    name: str
    shape: tuple[int, ...]
    scale: float = Field(gt=0)
    zero_point: int = Field(ge=-128, le=127)
    meaning: str = Field(min_length=1)


class Graph(_Part):
    """One graph of the model. `snr_db` is int8 against float on held-out samples, the worst of its outputs."""

    sha256: str = _SHA256
    bytes: int = Field(gt=0)
    snr_db: float
    inputs: tuple[End, ...]
    outputs: tuple[End, ...]
    # Per back-end, what is predicted of it: "edgetpu" = "wholly, predicted; not run on hardware".
    placement: dict[str, str] = {}


class Source(_Part):
    """Something that went into the training: recordings, a package, a font. `sha256` maps files to hashes."""

    name: str
    licence: str = Field(min_length=1)
    attribution: str = ""
    sha256: dict[str, str] = {}


class Metric(_Part):
    """A figure, and the command that prints it."""

    value: float
    command: str = Field(min_length=1)
    note: str = ""


class Card(_Part):
    """Everything on a card."""

    name: str
    what: str = Field(min_length=1)
    licence: str = "Apache-2.0"
    recipe: str
    seed: int
    steps: int = Field(ge=0)
    data: tuple[Source, ...] = ()
    fonts: tuple[Source, ...] = ()
    limits: tuple[str, ...] = ()
    metrics: dict[str, Metric] = {}
    graphs: dict[str, Graph] = {}


def read_card(folder: Path) -> Card:
    """Return the card in `folder`; raises PhospheneError, one line per problem, when it is missing or wrong."""
    path = folder / CARD
    try:
        return Card.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise PhospheneError(
            f"the card can't be read: {error.strerror}", place=str(path), cure=f"phosphene models build {folder.name}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise PhospheneError(f"the card is not TOML: {error}", place=str(path), cure="get the card again") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise PhospheneError(
            f"the card is wrong: {first['msg']}",
            place=f"{path}, {'.'.join(map(str, first['loc']))}",
            cure=f"phosphene models build {folder.name}",
        ) from error


def write_card(folder: Path, card: Card) -> Path:
    """Write `card` into `folder` and return its path; raises PhospheneError when a graph it names is not the file."""
    for file, graph in card.graphs.items():
        if sha256_of(folder / file) != graph.sha256:
            raise PhospheneError(f"the card's hash is not that of {file}", place=str(folder), cure="export it again")
    path = folder / CARD
    scratch = path.with_name(path.name + ".part")
    scratch.write_text(_toml(card), "utf-8")
    scratch.replace(path)
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _toml(card: Card) -> str:
    return toml_text(
        card.model_dump(exclude_defaults=False),
        f"Written by `{card.recipe}`; real value = scale * (int8 - zero_point).",
    )
