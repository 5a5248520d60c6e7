# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report painter`: every figure about the painter, measured anew on what no training saw."""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from phosphene_tools.painter import composer_figures, field_figures, frames, int8_figures
from phosphene_tools.painter.tally import Tally, merged, rounded, upper_bound
from phosphene_tools.painter.widget_mask import psnr

_CHUNK: Final = 20
_EVERY_S: Final = 10.0
_UNSEEN: Final = ("kind", "unit", "counts", "font")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure. Of all `frames`, `judged` and `by_tesseract` are read by outsiders; into `damaged` of them
    faults are injected, `faults` of each class; `pages` pages are laid out, `fields` fields drawn.
    """

    frames: int = 10_000
    seed: int = 1
    judged: int = 1000
    by_tesseract: int = 300
    damaged: int = 10_000
    faults: int = 2
    pages: int = 400
    fields: int = field_figures.FIELDS
    workers: int = 0


def report(plan: Plan, *, quiet: bool = False) -> dict[str, Any]:
    """Return all figures of the painter; the keys are listed in docs/painter.md."""
    began = time.monotonic()
    seen, composed = _counted(plan, quiet=quiet)
    widgets = psnr(seen.sums.get("widgets", 0.0), seen.counts["widgets"])
    figures: dict[str, Any] = {
        "frames": seen.counts["frames"],
        "size": "320x240",
        "exact_raw": seen.share("exact"),
        "exact_raw_unseen": {mark: seen.share(f"exact {mark}") for mark in _UNSEEN},
        "text_raw": seen.share("text"),
        "found_raw": seen.group("found"),
        "wrong_shown": seen.held["wrong shown"],
        "judge": _judge(seen),
        "overlaid": seen.share("overlaid"),
        "repainted": seen.share("repainted"),
        "plain": seen.share("plain"),
        "refused": seen.share("refused"),
        "faults": _faults(seen),
        "ocr_agree": _tesseract(seen),
        **composed,
        "field": field_figures.figures(plan.fields),
        "psnr_widgets": widgets,
        "int8_loss": int8_figures.int8_loss(plan.seed, max(1, min(100, plan.frames // 10))),
        "notes": seen.notes[:40],
        "seed": plan.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seconds": round(time.monotonic() - began),
    }
    return _rounded(figures)


def _counted(plan: Plan, *, quiet: bool) -> tuple[Tally, dict[str, Any]]:
    """Share frames and pages out to processes, and add up what they counted."""
    orders = [
        frames.Orders(
            plan.seed,
            first,
            min(_CHUNK, plan.frames - first),
            _every(plan.frames, plan.judged),
            _every(plan.frames, plan.by_tesseract),
            _every(plan.frames, plan.damaged),
            plan.faults,
        )
        for first in range(0, plan.frames, _CHUNK)
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.workers or os.cpu_count() or 1, mp_context=context, initializer=_one_thread) as pool:
        parts = [pool.submit(composer_figures.measure, part, plan.pages, plan.seed) for part in composer_figures.PARTS]
        painted = [pool.submit(frames.measure, order) for order in orders]
        _wait([*parts, *painted], _silent if quiet else _say)
        # In the order of the frames, whichever process was quicker: the notes must come out the same.
        return merged(one.result() for one in painted), composer_figures.joined(one.result() for one in parts)


def _every(frames_: int, wanted: int) -> int:
    return ceil(frames_ / min(wanted, frames_)) if wanted > 0 else 0


def _wait(futures: Sequence[Future[Any]], say: Callable[[int, int], None]) -> None:
    said = time.monotonic()
    try:
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            if time.monotonic() - said > _EVERY_S:
                said = time.monotonic()
                say(done, len(futures))
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _say(done: int, of: int) -> None:
    print(f"report: {done} of {of} portions", file=sys.stderr, flush=True)


def _silent(done: int, of: int) -> None:
    pass


def _one_thread() -> None:
    # One core for each process: the linear algebra inside numpy would take all of them.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"


def _judge(seen: Tally) -> dict[str, Any]:
    judged, wrong = seen.looked["wrong shown"], seen.held["wrong shown"]
    return {
        "frames": judged,
        "upper_bound_95": upper_bound(wrong, judged),
        "misread": seen.group("misread"),
        "wrong_digits": {"shown": seen.looked["judge sees"], "seen": seen.held["judge sees"]},
    }


def _faults(seen: Tally) -> dict[str, dict[str, Any]]:
    start = "faults."
    return {
        name[len(start) :]: {
            "tried": tried,
            "missed": seen.held[name],
            "upper_bound_95": upper_bound(seen.held[name], tried),
        }
        for name, tried in sorted(seen.looked.items())
        if name.startswith(start)
    }


def _tesseract(seen: Tally) -> dict[str, Any]:
    return {
        "frames": seen.counts["tesseract frames"],
        "values": seen.looked["tesseract painted"],
        "painted": seen.share("tesseract painted"),
        "teacher": seen.share("tesseract teacher"),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return rounded(value)
