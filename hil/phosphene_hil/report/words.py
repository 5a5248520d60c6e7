# SPDX-License-Identifier: Apache-2.0
"""How figures, budgets and times read, on every page alike."""

from __future__ import annotations

from phosphene_hil.report.record import Measured

TIMES = ("s", "ms", "µs")
"""Units of time."""
NBSP = "\u202f"  # between a number and its unit, so that no line breaks there


def number(value: float) -> str:
    """Return a number as a person writes it: three figures where it is a fraction, all where it is whole."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}".replace(",", NBSP)
    text = f"{value:.3g}"
    if "e" in text:
        return f"{value:,.0f}".replace(",", NBSP) if abs(value) >= 1 else f"{value:.2g}"
    return text


def with_unit(text: str, unit: str) -> str:
    """Return `text` with its unit behind it."""
    return f"{text}{NBSP}{unit}" if unit else text


def figure(measured: Measured) -> str:
    """Return a figure in one line: the value, or p50 and p95."""
    if measured.spread is not None:
        spread = measured.spread
        return with_unit(f"{number(spread.p50)} / {number(spread.p95)}", measured.unit)
    return with_unit(value(measured), measured.unit)


def value(measured: Measured) -> str:
    """Return the value that it is; what is a text stays one."""
    if isinstance(measured.value, str):
        return measured.value
    return "" if measured.value is None else number(measured.value)


def budget(measured: Measured) -> str:
    """Return the bounds: ≤ 20 ms, ≥ 1, 2 … 3; empty without any."""
    least, most = measured.least, measured.most
    if least is None and most is None:
        return "the same" if measured.same else ""
    if least is None or most is None:
        sign, bound = ("≤", most) if least is None else ("≥", least)
        return with_unit(f"{sign}{NBSP}{number(bound or 0.0)}", measured.unit)
    return with_unit(f"{number(least)} … {number(most)}", measured.unit)


def seconds(value: float) -> str:
    """Return how long something took."""
    if value < 1:
        return f"{value * 1000:.0f}{NBSP}ms"
    return f"{value:.1f}{NBSP}s" if value < 100 else f"{value / 60:.1f}{NBSP}min"


def title(test: str) -> str:
    """Return a test's name as the sentence that it is: `test_the_clock_only_rises` is "The clock only rises"."""
    name, bracket, parameters = test.partition("[")
    plain = name.rpartition("::")[2].removeprefix("test_").replace("_", " ").strip()
    return (plain[:1].upper() + plain[1:]) + (f" – {parameters.rstrip(']')}" if bracket else "")
