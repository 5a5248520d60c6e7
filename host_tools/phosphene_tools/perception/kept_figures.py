# SPDX-License-Identifier: Apache-2.0
"""Figures that were measured already, so that a report which was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from phosphene.models import folder
from phosphene_tools.perception.speech_stores import stores


class Kept:
    """A folder of figures that belong to these very graphs, thresholds, modules and recordings.

    `of` are the files that the figures hang on; once one of them changes all is measured anew. By which path they are
    named makes no difference.
    """

    def __init__(self, place: Path, of: Iterable[Path]) -> None:
        every = hashlib.sha256()
        for file in sorted(file.resolve() for file in of):
            every.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
        self.place = place / every.hexdigest()[:16]

    def figure(self, name: str, measure: Callable[[], Any]) -> Any:
        """Return what `measure` returns, or returned when it was asked for under this name before."""
        file = self.place / f"{name}.json"
        if file.is_file():
            return json.loads(file.read_text(encoding="utf-8"))
        found = measure()
        self.place.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(".part")
        scratch.write_text(json.dumps(found), encoding="utf-8")
        scratch.replace(file)
        # As it will be read the next time.
        return json.loads(json.dumps(found))


def kept(data: Path | None) -> Kept:
    """Return the figures of hearing on `data` with the graphs and the code that are here."""
    import phosphene.perception.audio as hearing
    import phosphene_tools.perception as report

    models = [file for file in (folder() / "hearing").rglob("*") if file.name.endswith((".tflite", "thresholds.toml"))]
    code = [*Path(hearing.__file__).parent.glob("*.py"), *Path(report.__file__).parent.glob("words_*.py")]
    recordings = [] if data is None else [file for file in (data / "audio-index.csv",) if file.is_file()]
    speech = sorted(stores().glob("*/index.jsonl"))
    return Kept(folder().parent / "build" / "models" / "hearing" / "report", [*models, *code, *recordings, *speech])
