# SPDX-License-Identifier: Apache-2.0
"""What the fixture `measure` does: it notes figures, and judges nothing. The assertion stays the test's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from phosphene_hil.report.record import Measured, Spread

Value = bool | int | float | str | Decimal | Fraction
Budget = float | tuple[float | None, float | None] | None
"""The most that a value may be, or the least and the most; None for no bound."""

SAMPLES = 2000
"""So many are kept; of more, evenly many along their order, and the spread is that of all."""
_DIGITS = 6
_EXACT_IN_JSON = 2**53


class Measure:
    """Notes the figures of one test."""

    def __init__(self, note: Callable[[Measured], None]) -> None:
        self._note = note

    def __call__(
        self,
        name: str,
        value: Value | Sequence[float],
        *,
        unit: str = "",
        budget: Budget = None,
        same: bool = False,
        work: bool = False,
    ) -> None:
        """Note `value`, or many of them, as `name`, which is the same on every rung.

        `same`: it must be equal on every rung, as a digest of answers must. `work`: a time that depends on how fast
        the chip works. Raises ValueError for a value that is not finite, or none at all.
        """
        least, most = budget if isinstance(budget, tuple) else (None, budget)
        told = Measured(name=name, unit=unit, least=_float(least), most=_float(most), same=same, work=work)
        if isinstance(value, Sequence) and not isinstance(value, str):
            samples = [_finite(name, sample) for sample in value]
            if not samples:
                raise ValueError(f"{name}: no value at all was measured")
            told.spread, told.samples = Spread.of(samples), _thinned(samples)
        else:
            told.value = _plain(name, value)
        self._note(told)


def _thinned(samples: Sequence[float]) -> list[float]:
    if len(samples) <= SAMPLES:
        return list(samples)
    ordered = sorted(samples)
    return [ordered[index * len(ordered) // SAMPLES] for index in range(SAMPLES)]


def _plain(name: str, value: Value) -> bool | int | float | str:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT_IN_JSON else str(value)
    if isinstance(value, float):
        return _finite(name, value)
    return str(value)  # a fraction or a decimal is exact, and stays so


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name}: {value} is no figure")
    return float(f"{value:.{_DIGITS}g}")


def _float(bound: float | None) -> float | None:
    return None if bound is None else float(bound)
