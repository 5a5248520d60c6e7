# SPDX-License-Identifier: Apache-2.0
"""Units as they are said: for one, and for any other number."""

from __future__ import annotations

from typing import Final

_METRES: Final = {"m": "meter", "mm": "millimeter", "cm": "centimeter", "km": "kilometer", "µm": "micrometer"}
_PLAIN: Final = {
    "s": "second",
    "ms": "millisecond",
    "µs": "microsecond",
    "us": "microsecond",
    "min": "minute",
    "h": "hour",
    "d": "day",
    **_METRES,
    "ml": "milliliter",
    "mL": "milliliter",
    "l": "liter",
    "L": "liter",
    "cl": "centiliter",
    "g": "gram",
    "kg": "kilogram",
    "mg": "milligram",
    "t": "ton",
    "V": "volt",
    "mV": "millivolt",
    "A": "ampere",
    "mA": "milliampere",
    "W": "watt",
    "kW": "kilowatt",
    "Wh": "watt hour",
    "kWh": "kilowatt hour",
    "J": "joule",
    "Pa": "pascal",
    "hPa": "hectopascal",
    "Ohm": "ohm",
    "Ω": "ohm",
    "B": "byte",
    "°": "degree",
    "€": "euro",
    "$": "dollar",
    "£": "pound",
}
_NAMED: Final = {
    "%": ("percent", "percent"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "K": ("kelvin", "kelvin"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "in": ("inch", "inches"),
    "ft": ("foot", "feet"),
    "lb": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "rpm": ("revolution per minute", "revolutions per minute"),
}
_AREAS: Final = {
    f"{sign}{mark}": (f"{power} {name}", f"{power} {name}s")
    for sign, name in _METRES.items()
    for mark, power in (("²", "square"), ("2", "square"), ("³", "cubic"), ("3", "cubic"))
}
SPOKEN: Final[dict[str, tuple[str, str]]] = {
    **{sign: (name, f"{name}s") for sign, name in _PLAIN.items()},
    **_NAMED,
    **_AREAS,
}
"""By its sign: the unit's words for one, and for any other number."""


def said(unit: str, value: str) -> str | None:
    """Return the words for `unit` beside `value`; None when it isn't known. "m/s" is known when both halves are."""
    if unit in SPOKEN:
        return SPOKEN[unit][value != "1"]
    over, slash, under = unit.partition("/")
    if slash and over in SPOKEN and under in SPOKEN:
        return f"{SPOKEN[over][value != '1']} per {SPOKEN[under][0]}"
    return None
