# SPDX-License-Identifier: Apache-2.0
"""Conversion between units by exact ratios."""

import unit_table
from decimals import rounded, scaled, text
from refusal import refused
from task import field, task


@task(
    "convert.units",
    says=("convert", "how many of these are", "in other units"),
    args=(
        field("value", "decimal", max=40),
        field("source", "text", min=1, max=32),
        field("target", "text", min=1, max=32),
        field("places", "u8", max=32),
    ),
    results=(field("value", "decimal", max=160), field("exact", "bool")),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="A quantity in another unit, to so many places, halves to even; cup, fl oz and the like are US customary.",
)
def units(value, source, target, places):
    a, b = _unit(source), _unit(target)
    if a[0] != b[0]:
        raise refused(
            "%s measures %s, %s measures %s; choose of: %s" % (source, a[0], target, b[0], unit_table.names(a[0]))
        )
    x, p = scaled(value)
    n, d = x, 10**p
    # (value + offset) * ratio is the quantity in the SI, and back again.
    n, d = _shifted(n, d, a[2], 1)
    (r, s), (q, t) = _ratio(a[1]), _ratio(b[1])
    n, d = n * r * t, d * s * q
    if a[0] == "temperature" and n < 0:
        raise refused("%s %s is below absolute zero" % (value, source))
    n, d = _shifted(n, d, b[2], -1)
    result, exact = rounded(n * 10**places, d)
    return text(result, places), exact


@task(
    "convert.names",
    args=(
        field(
            "dimension",
            "choice",
            choices=(
                "length",
                "mass",
                "volume",
                "time",
                "speed",
                "area",
                "energy",
                "pressure",
                "temperature",
            ),
        ),
    ),
    results=(field("units", "text", max=400),),
    idempotent=True,
    privilege="read",
    help="The units that convert.units knows of one kind.",
)
def names(dimension):
    return (unit_table.names(dimension),)


def _unit(name):
    unit = unit_table.found(name)
    if unit is None:
        raise refused("no unit %r; convert.names lists them (capitals matter: mm, kWh, Pa)" % name[:32])
    return unit


def _ratio(written):
    """A ratio as (numerator, denominator)."""
    above, _, below = written.partition("/")
    (n, p), (d, q) = scaled(above), scaled(below or "1")
    return n * 10**q, d * 10**p


def _shifted(n, d, offset, sign):
    """A ratio and an offset, added or taken off."""
    if not offset:
        return n, d
    shift, places = scaled(offset)
    one = 10**places
    return n * one + sign * shift * d, d * one
