# SPDX-License-Identifier: Apache-2.0
"""Reads a scene from a TOML or JSON file; its keys are the fields of `phosphene.painter.scene.Scene`, and no others."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError

from phosphene.errors import ConfigError
from phosphene.painter.charset import SceneError
from phosphene.painter.scene import Choice, Context, Fact, Scene

_SCENE: Final = TypeAdapter(Scene)
# The fields that hold dataclasses of their own.
_INSIDE: Final[Mapping[str, type]] = {"facts": Fact, "choices": Choice, "context": Context}
_LARGEST: Final = 1 << 20


def read_scene(path: Path) -> Scene:
    """Return the scene in `path`, told by its ending `.toml` or `.json`.

    Raises:
        ConfigError: the file is missing, not TOML or JSON, or has a key or a value that a scene hasn't; one line
            per problem.
        SceneError: it is a scene, but not one that can be shown; the error names the file.
    """
    content = _content(path)
    if problems := _unknown(content, Scene, ""):
        raise ConfigError("\n".join(problems), place=str(path), cure="the keys are in docs/painter.md")
    try:
        # As JSON, where no "yes" passes for true and no true for 1; dates, which only TOML has, fit nowhere.
        return _SCENE.validate_json(json.dumps(content, default=lambda date: [str(date)]), strict=True)
    except SceneError as error:
        raise SceneError(error.message, place=f"{path}, {error.place}", cure=error.cure) from error
    except ValidationError as error:
        lines = [f"{_place(problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        raise ConfigError("\n".join(dict.fromkeys(lines)), place=str(path), cure="correct the file") from error


def _content(path: Path) -> dict[str, Any]:
    reader = {".toml": tomllib.loads, ".json": _json}.get(path.suffix.lower())
    if reader is None:
        raise ConfigError("a scene is a .toml or a .json file", place=str(path), cure="name it so")
    try:
        if path.exists() and not path.is_file():
            raise ConfigError("a scene is a file", place=str(path), cure="give the path of a scene file")
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise ConfigError("the file is larger than a scene can be", place=str(path), cure="at most 1 MiB")
        content = reader(raw.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"the scene can't be read: {error.strerror}", place=str(path), cure="give the path of a scene file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"the file is not {path.suffix[1:].upper()}: {error}", place=str(path), cure="correct it"
        ) from error
    if not isinstance(content, dict):
        raise ConfigError("a scene is a table of keys", place=str(path), cure='begin with {"facts": …')
    return cast("dict[str, Any]", content)


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON's pairs; a key that is said twice would silently lose the first."""
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in table if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return table


def _unknown(content: Any, kind: type, place: str) -> list[str]:
    """Return a line for each key that the dataclass `kind` hasn't; a slip of the pen must not lose a fact."""
    if not isinstance(content, Mapping):
        return []
    names = [field.name for field in dataclasses.fields(kind)]
    problems: list[str] = []
    for key, value in cast("Mapping[str, Any]", content).items():
        where = f"{place}{key}"
        if key not in names:
            near = get_close_matches(key, names, 1)
            problems.append(f"{where}: no such key" + (f"; did you mean {near[0]}?" if near else ""))
        elif kind is Scene and key in _INSIDE:
            if isinstance(value, Sequence) and not isinstance(value, str):
                for number, part in enumerate(cast("Sequence[Any]", value)):
                    problems += _unknown(part, _INSIDE[key], f"{where}.{number}.")
            else:
                problems += _unknown(value, _INSIDE[key], f"{where}.")
    return problems


def _place(path: tuple[int | str, ...]) -> str:
    return ".".join(map(str, path)) or "scene"
