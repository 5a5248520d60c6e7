# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report perception`: all about hearing and seeing, measured anew on what no training saw."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from phosphene.errors import PhospheneError
from phosphene.perception.vision.seeing import Seeing
from phosphene_tools.perception import hands_report, seeing_report, words_report
from phosphene_tools.perception.senses import Sense

_OF_BOTH: Final = ("int8_loss", "cost", "skipped")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. `data` is the folder of recordings, `words` and `hands` folders of a reader's own; `only` one
    sense of the two; a `quick` run measures less of everything.
    """

    data: Path | None = None
    words: Path | None = None
    hands: Path | None = None
    only: Sense | None = None
    quick: bool = False


def report(plan: Plan, *, quiet: bool = False) -> dict[str, Any]:
    """Return all figures of perception; the keys are listed in docs/seeing.md and docs/hearing.md.

    Raises PhospheneError for a folder that isn't there, before anything is measured.
    """
    began = time.monotonic()
    say = _silent if quiet else _say
    for folder, option in ((plan.data, "--data"), (plan.words, "--words-dir"), (plan.hands, "--hands-dir")):
        if folder is not None and not folder.is_dir():
            raise PhospheneError("there is no such folder", place=str(folder), cure=f"{option} DIR")
    figures: dict[str, Any] = {}
    if plan.hands is not None:
        pictures = hands_report.folder(plan.hands)
        say("hands of your own")
        figures["hands_dir"] = hands_report.own(Seeing.load(), pictures)
    if plan.only is not Sense.SEEING and (plan.data is not None or plan.words is not None):
        figures |= words_report.figures(plan.data, plan.words, quiet)
    if plan.only is not Sense.HEARING and plan.data is not None:
        seen = seeing_report.figures(plan.data, _hop(), say, quick=plan.quick)
        figures |= seen | {name: figures.get(name, {}) | seen[name] for name in _OF_BOTH if name in seen}
    return {
        **figures,
        "quick": plan.quick,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seconds": round(time.monotonic() - began),
    }


def _hop() -> Callable[[], None] | None:
    """Return what hears one hop, to run between two pictures, or None where hearing can't be loaded."""
    try:
        return words_report.one_hop()
    except PhospheneError:
        return None


def _say(what: str) -> None:
    print(f"report: {what}", file=sys.stderr, flush=True)


def _silent(what: str) -> None:
    pass
