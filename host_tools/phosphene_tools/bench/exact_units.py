# SPDX-License-Identifier: Apache-2.0
"""Cases of unit conversion. The ratios are worked out here from the definitions, apart from the firmware's table."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from phosphene_tools.bench.exact_case import Case, Maker, decimal, valued

YARD, POUND, GRAVITY = (
    Fraction("0.9144"),
    Fraction("0.45359237"),
    Fraction("9.80665"),
)  # yard and pound agreement 1959; CGPM 1901
FOOT, INCH, MILE = YARD / 3, YARD / 36, 1760 * YARD
GRAIN, GALLON, IMPERIAL_GALLON = POUND / 7000, 231 * INCH**3, Fraction("4.54609") / 1000
FLUID_OUNCE = GALLON / 128
HOUR = 3600
MERCURY = Fraction("13595.1") * GRAVITY / 1000  # a millimetre of it, in pascals

RATIOS: Mapping[str, Mapping[str, Fraction]] = {
    "length": {
        "m": Fraction(1),
        "km": Fraction(1000),
        "dm": Fraction(1, 10),
        "cm": Fraction(1, 100),
        "mm": Fraction(1, 1000),
        "um": Fraction(1, 10**6),
        "nm": Fraction(1, 10**9),
        "in": INCH,
        "ft": FOOT,
        "yd": YARD,
        "mi": MILE,
        "nmi": Fraction(1852),
    },
    "mass": {
        "kg": Fraction(1),
        "g": Fraction(1, 1000),
        "mg": Fraction(1, 10**6),
        "ug": Fraction(1, 10**9),
        "t": Fraction(1000),
        "lb": POUND,
        "oz": POUND / 16,
        "st": 14 * POUND,
        "gr": GRAIN,
        "ct": Fraction(2, 10000),
        "ozt": 480 * GRAIN,
        "short ton": 2000 * POUND,
        "long ton": 2240 * POUND,
    },
    "volume": {
        "m3": Fraction(1),
        "L": Fraction(1, 1000),
        "hL": Fraction(1, 10),
        "dL": Fraction(1, 10**4),
        "cL": Fraction(1, 10**5),
        "mL": Fraction(1, 10**6),
        "cm3": Fraction(1, 10**6),
        "in3": INCH**3,
        "ft3": FOOT**3,
        "gal": GALLON,
        "qt": GALLON / 4,
        "pt": GALLON / 8,
        "cup": GALLON / 16,
        "fl oz": FLUID_OUNCE,
        "tbsp": FLUID_OUNCE / 2,
        "tsp": FLUID_OUNCE / 6,
        "metric cup": Fraction(250, 10**6),
        "metric tbsp": Fraction(15, 10**6),
        "metric tsp": Fraction(5, 10**6),
        "imp gal": IMPERIAL_GALLON,
        "imp pt": IMPERIAL_GALLON / 8,
        "imp fl oz": IMPERIAL_GALLON / 160,
    },
    "time": {
        "s": Fraction(1),
        "ms": Fraction(1, 1000),
        "us": Fraction(1, 10**6),
        "ns": Fraction(1, 10**9),
        "min": Fraction(60),
        "h": Fraction(HOUR),
        "d": Fraction(24 * HOUR),
        "week": Fraction(7 * 24 * HOUR),
    },
    "speed": {
        "m/s": Fraction(1),
        "km/h": Fraction(1000, HOUR),
        "mph": MILE / HOUR,
        "kn": Fraction(1852, HOUR),
        "ft/s": FOOT,
    },
    "area": {
        "m2": Fraction(1),
        "km2": Fraction(10**6),
        "cm2": Fraction(1, 10**4),
        "mm2": Fraction(1, 10**6),
        "a": Fraction(100),
        "ha": Fraction(10**4),
        "in2": INCH**2,
        "ft2": FOOT**2,
        "yd2": YARD**2,
        "mi2": MILE**2,
        "acre": 4840 * YARD**2,
    },
    "energy": {
        "J": Fraction(1),
        "kJ": Fraction(1000),
        "MJ": Fraction(10**6),
        "Wh": Fraction(HOUR),
        "kWh": Fraction(1000 * HOUR),
        "cal": Fraction("4.184"),
        "kcal": Fraction(4184),
        "BTU": POUND * 1000 * Fraction("4.1868") * Fraction(5, 9),  # lb °F of water, by the International Table
        "ft lbf": FOOT * POUND * GRAVITY,
        "eV": Fraction("1.602176634e-19"),
    },
    "pressure": {
        "Pa": Fraction(1),
        "hPa": Fraction(100),
        "kPa": Fraction(1000),
        "MPa": Fraction(10**6),
        "bar": Fraction(10**5),
        "mbar": Fraction(100),
        "atm": Fraction(101325),
        "Torr": Fraction(101325, 760),
        "mmHg": MERCURY,
        "inHg": MERCURY * Fraction("25.4"),
        "psi": POUND * GRAVITY / INCH**2,
    },
}
TEMPERATURES = ("K", "°C", "°F")


def converted(value: Fraction, source: str, target: str) -> Fraction:
    """The truth of a conversion within one kind."""
    if source in TEMPERATURES:
        celsius = {"K": value - Fraction("273.15"), "°C": value, "°F": (value - 32) * Fraction(5, 9)}[source]
        return {"K": celsius + Fraction("273.15"), "°C": celsius, "°F": celsius * Fraction(9, 5) + 32}[target]
    ratios = next(units for units in RATIOS.values() if source in units)
    return value * ratios[source] / ratios[target]


def convert(rng: Random) -> Case:
    """Any unit into any other of its kind; now and then of another kind, which is refused."""
    kinds = [*map(tuple, RATIOS.values()), TEMPERATURES]
    kind = rng.choice(kinds)
    value, places = decimal(rng, 14, 6), rng.randint(0, 32)
    source, target = rng.choice(kind), rng.choice(kind)
    if mixed := rng.random() < 0.05:
        target = rng.choice(rng.choice([other for other in kinds if other is not kind]))
    arguments: dict[str, object] = {"value": value, "source": source, "target": target, "places": places}
    impossible = mixed or (kind is TEMPERATURES and converted(Fraction(value), source, "K") < 0)
    right = None if impossible else valued(converted(Fraction(value), source, target), places)
    return Case("convert.units", arguments, right)


MAKERS: tuple[Maker, ...] = (convert,)
