# SPDX-License-Identifier: Apache-2.0
"""Reads one board file into its model; every mistake in it becomes a problem with key, expectation and cure."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from phosphene.errors import ConfigError
from phosphene_tools.boards.problems import InvalidBoardFile, Problem, dotted, invalid, nearest, shown
from phosphene_tools.boards.table import Place, Table, locate

Model = TypeVar("Model", bound=Table)


def read(model: type[Model], path: Path) -> tuple[Model, str]:
    """Read `path` as `model`; returns it with the file's text, which later checks need to name lines.

    Raises:
        InvalidBoardFile: it is not there, is not TOML, or does not fit the model.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error), "check the path") from None
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"not TOML: {error}", "mend that line; text needs quotes") from None
    try:
        return model.model_validate(content), text
    except ValidationError as error:
        raise invalid(path, text, _problems(model, error.errors())) from None


def _unreadable(path: Path, message: str, cure: str) -> InvalidBoardFile:
    return InvalidBoardFile([ConfigError(message, place=shown(path, "", ()), cure=cure)])


def _problems(model: type[Table], errors: list[ErrorDetails]) -> list[Problem]:
    found = [(error, locate(model, error["loc"])) for error in errors]
    # A misspelt key is one mistake, though the right key is then missing as well.
    meant = {
        (*place.keys[:-1], nearest(str(place.keys[-1]), place.names))
        for error, place in found
        if error["type"] == "extra_forbidden"
    }
    return [_problem(error, place) for error, place in found if error["type"] != "missing" or place.keys not in meant]


def _problem(error: ErrorDetails, place: Place) -> Problem:
    key = str(place.keys[-1]) if place.keys else ""
    cure = place.help or f"see: phosphene boards schema, key {dotted(place.keys)}"
    match error["type"]:
        case "extra_forbidden":
            right = nearest(key, place.names)
            hint = f"the nearest is {right!r}" if right else f"expected one of {', '.join(place.names)}"
            return Problem(place.keys, f"unknown key {key!r}; {hint}", "rename it, or remove it")
        case "missing":
            return Problem(place.keys, f"missing key {key!r}", f"add it: {cure}")
        case "union_tag_not_found":
            return Problem(place.keys, "missing key 'kind'", f"add it: {cure}")
        case "union_tag_invalid":
            value, expected = error["input"]["kind"], error["ctx"]["expected_tags"] if "ctx" in error else ""
            keys, message = (*place.keys, "kind"), f"expected one of {expected}"
        case _:
            value, expected = error["input"], error["msg"]
            keys = place.keys
            message = expected.replace("Input should be ", "expected ").replace("String should ", "expected text to ")
    choices = re.findall(r"'([^']*)'", expected) if error["type"] in {"literal_error", "union_tag_invalid"} else []
    right = nearest(str(value), choices)
    return Problem(keys, f"{message}, found {value!r}" + (f"; the nearest is {right!r}" if right else ""), cure)
