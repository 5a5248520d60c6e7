# SPDX-License-Identifier: Apache-2.0
"""How units are spoken. Turning one into another is the board's work."""

from __future__ import annotations

from typing import Final

UNITS: Final[dict[str, tuple[str, ...]]] = {
    "s": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "d": ("day", "days"),
    "°C": ("degree", "degrees", "celsius"),
    "%": ("percent",),
    "ml": ("milliliter", "milliliters", "millilitres"),
    "l": ("liter", "liters", "litres"),
    "g": ("gram", "grams"),
    "kg": ("kilogram", "kilograms"),
    "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"),
    "m": ("meter", "meters"),
    "mV": ("millivolt", "millivolts"),
    "V": ("volt", "volts"),
    "Hz": ("hertz",),
    "°": ("degree", "degrees"),
}
"""How units are spoken."""
EVERY: Final = frozenset(word for words in UNITS.values() for word in words)
_TIMES: Final = frozenset(word for unit in ("s", "min", "h", "d") for word in UNITS[unit])


def unit_words(unit: str) -> frozenset[str]:
    """Return the words that a quantity in `unit` may be said with; any time fits a time, since the board converts."""
    spoken = frozenset(UNITS.get(unit, (unit.lower(),) if unit else ()))
    return _TIMES if spoken & _TIMES else spoken
