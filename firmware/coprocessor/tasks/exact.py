# SPDX-License-Identifier: Apache-2.0
"""Exact arithmetic on integers and decimals, without a float anywhere."""

from refusal import refused
from task import field, task


@task(
    "exact.integer",
    says=("calculate", "how much is"),
    args=(
        field("a", "int", max=64),
        field("op", "choice", choices=("+", "-", "*", "/", "^")),
        field("b", "int", max=64),
    ),
    results=(field("value", "int", max=700), field("remainder", "int", max=64)),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="Integer arithmetic; a division floors and gives its remainder.",
)
def integer(a, op, b):
    if op == "+":
        return a + b, 0
    if op == "-":
        return a - b, 0
    if op == "*":
        return a * b, 0
    if op == "/":
        if not b:
            raise refused("division by zero")
        return a // b, a % b
    if b < 0:
        raise refused("a negative power is no integer; use exact.decimal")
    # The cost is known before it is paid: digits of the result, at most.
    if abs(a) > 1 and b * len(str(abs(a))) > 640:
        raise refused("the power would have over 640 digits; ask for a smaller one")
    return (a**b if abs(a) > 1 else _unit_power(a, b)), 0


def _unit_power(a, b):
    if not b:
        return 1
    return a if b % 2 else a * a


@task(
    "exact.decimal",
    says=("calculate", "how much is"),
    args=(
        field("a", "decimal", max=64),
        field("op", "choice", choices=("+", "-", "*", "/")),
        field("b", "decimal", max=64),
        field("places", "u8", max=32),
    ),
    results=(field("value", "decimal", max=160), field("exact", "bool")),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="Decimal arithmetic to so many places, halves to even; says whether it is exact.",
)
def decimal(a, op, b, places):
    (x, p), (y, q) = _scaled(a), _scaled(b)
    if op in "+-":
        scale = max(p, q)
        x *= 10 ** (scale - p)
        y *= 10 ** (scale - q)
        numerator, denominator = (x + y if op == "+" else x - y), 10**scale
    elif op == "*":
        numerator, denominator = x * y, 10 ** (p + q)
    else:
        if not y:
            raise refused("division by zero")
        numerator, denominator = x * 10**q, y * 10**p
        if denominator < 0:
            numerator, denominator = -numerator, -denominator
    value, rest = divmod(numerator * 10**places, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and value & 1):
        value += 1
    return _text(value, places), not rest


def _scaled(text):
    """A decimal text as (integer, places)."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction), len(fraction)


def _text(value, places):
    """The inverse: an integer and its places as decimal text."""
    if not places:
        return str(value)
    digits = str(abs(value))
    digits = "0" * (places + 1 - len(digits)) + digits
    return "%s%s.%s" % ("-" if value < 0 else "", digits[:-places], digits[-places:])
