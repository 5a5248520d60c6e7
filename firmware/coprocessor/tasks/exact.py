# SPDX-License-Identifier: Apache-2.0
"""Exact arithmetic on integers and decimals, without a float anywhere."""

from decimals import aligned, rounded, scaled, text
from refusal import refused
from task import field, task


@task(
    "exact.integer",
    says=("whole numbers",),
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
    says=("decimal numbers",),
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
    (x, p), (y, q) = scaled(a), scaled(b)
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
    value, exact = rounded(numerator * 10**places, denominator)
    return text(value, places), exact


@task(
    "exact.divide",
    says=("divide", "how often does it go into"),
    args=(
        field("a", "decimal", max=64),
        field("b", "decimal", max=64),
        field("rule", "choice", choices=("floor", "truncate", "euclid")),
    ),
    results=(field("quotient", "int", max=128), field("remainder", "decimal", max=128)),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="Whole quotient and remainder, which has the sign of b (floor), of a (truncate), or none (euclid).",
)
def divide(a, b, rule):
    x, y, places = aligned(a, b)
    if not y:
        raise refused("division by zero")
    quotient, rest = divmod(x, y)  # floors: the rest has the sign of y
    if rest and ((rule == "truncate" and (x < 0) != (y < 0)) or (rule == "euclid" and y < 0)):
        quotient, rest = quotient + 1, rest - y
    return quotient, text(rest, places)


@task(
    "exact.percent",
    says=("percent", "how many percent"),
    args=(
        field("a", "decimal", max=64),
        field("op", "choice", choices=("of", "add", "remove", "change", "share")),
        field("b", "decimal", max=64),
        field("places", "u8", max=32),
    ),
    results=(field("value", "decimal", max=220), field("exact", "bool")),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="a % of b; a plus or minus b %; the change from a to b in %; a as a share of b in %.",
)
def percent(a, op, b, places):
    x, y, scale = aligned(a, b)
    one = 10**scale
    if op == "change":
        x, y, divisor = 100, y - x, abs(x)
    elif op == "share":
        y, divisor = 100, y
    else:
        divisor = 100 * one * one
        if op == "add":
            y += 100 * one
        elif op == "remove":
            y = 100 * one - y
    if not divisor:
        raise refused("nothing is a percentage of zero")
    value, exact = rounded(x * y * 10**places, divisor)
    return text(value, places), exact
