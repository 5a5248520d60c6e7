# SPDX-License-Identifier: Apache-2.0
"""How visible a fault must be before the gate sees it: each fault, faded in from the right frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from phosphene.painter import gate
from phosphene.painter.finding import Kind
from phosphene_tools.painter.case import cases
from phosphene_tools.painter.faults import Subject, wrong
from phosphene_tools.painter.tally import Tally

STRENGTHS: Final = (0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)


def curves(seed: int, count: int) -> dict[str, dict[str, Any]]:
    """Return, for each class of fault, the share that the gate finds at each strength, over `count` frames.

    At strength s each pixel lies s of the way from the right frame to the wrong one; 1 is the whole fault.
    """
    tally = Tally()
    for case in cases(seed, range(count)):
        subject = Subject(case.arrangement, case.colours, case.painted.grid, case.painter.atlas, case.raw())
        if _found(subject, subject.frame):
            continue
        rng = np.random.default_rng((seed, case.sample.number))
        for kind in Kind:
            damaged = wrong(kind, subject, rng, case.painter.renderer)
            if damaged is not None:
                _fade(tally, kind, subject, damaged, STRENGTHS)
    return {
        kind.value: {f"{strength:g}": tally.share(f"{kind}.{strength:g}") for strength in STRENGTHS}
        | {"tried": tally.looked[f"{kind}.1"]}
        for kind in Kind
    }


def _fade(
    tally: Tally, kind: Kind, subject: Subject, damaged: np.ndarray[Any, np.dtype[np.uint8]], strengths: Sequence[float]
) -> None:
    right, wrong_one = subject.frame.astype(np.float32), damaged.astype(np.float32)
    for strength in strengths:
        mixed = np.rint(right + strength * (wrong_one - right)).astype(np.uint8)
        tally.look(f"{kind}.{strength:g}", _found(subject, mixed))


def _found(subject: Subject, frame: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    return bool(gate.check(frame, subject.arrangement, subject.palette, subject.grid, subject.atlas))
