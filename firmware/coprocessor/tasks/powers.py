# SPDX-License-Identifier: Apache-2.0
"""Powers and roots of decimals, to a stated digit."""

from decimals import LONGEST, PRINTED, bits, rounded, scaled, text
from refusal import refused
from task import field, task

ROOT_DIGITS = 640  # of the power that a root is sought of


@task(
    "exact.power",
    says=("to the power of",),
    args=(
        field("base", "decimal", max=64),
        field("exponent", "i32", min=-1000, max=1000),
        field("places", "u8", max=32),
    ),
    results=(field("value", "decimal", max=680), field("exact", "bool")),
    idempotent=True,
    longest_ms=50,
    privilege="read",
    help="A decimal to a whole power, negative ones too, to so many places, halves to even.",
)
def power(base, exponent, places):
    x, p = scaled(base)
    times = abs(exponent)
    if exponent < 0 and not x:
        raise refused("zero has no negative power")
    one = 10**p
    # Both costs are known before they are paid: to work it out, and to print it.
    if max(bits(x), bits(one)) * times > LONGEST:
        raise refused("the power needs over 2,700 digits to work out; round the base to fewer")
    growth = bits(x) - bits(one) + 1 if exponent > 0 else bits(one) - bits(x) + 1
    if growth * times > PRINTED and (p or abs(x) > 1):
        raise refused("the power would have over 640 digits before its point; ask for a smaller one")
    numerator, denominator = x**times, one**times
    if exponent < 0:
        numerator, denominator = denominator, numerator
    value, exact = rounded(numerator * 10**places, denominator)
    return text(value, places), exact


@task(
    "exact.root",
    says=("root of", "square root of", "cube root of"),
    args=(
        field("a", "decimal", max=64),
        field("degree", "u8", min=2, max=32),
        field("places", "u8", max=32),
    ),
    results=(field("value", "decimal", max=96), field("exact", "bool")),
    idempotent=True,
    longest_ms=50,
    privilege="read",
    help="The root of a decimal, 2 for square, to so many places, halves to even.",
)
def root(a, degree, places):
    x, p = scaled(a)
    if x < 0 and not degree & 1:
        raise refused("a negative number has no even root")
    if len(str(abs(x))) + degree * places > ROOT_DIGITS:
        raise refused("the root needs over %d digits to work out; ask for fewer places" % ROOT_DIGITS)
    target, one = abs(x) * 10 ** (degree * places), 10**p
    value = _whole_root(target // one, degree)
    exact = value**degree * one == target
    if not exact:
        # Against the middle between two neighbours, without dividing.
        middle = (2 * value + 1) ** degree * one
        doubled = target << degree
        if doubled > middle or (doubled == middle and value & 1):
            value += 1
    return text(-value if x < 0 else value, places), exact


def _whole_root(n, degree):
    """The largest whole number whose power is not above n: Newton from above, on integers."""
    if not n:
        return 0
    guess = 1 << (bits(n) + degree - 1) // degree
    while True:
        step = ((degree - 1) * guess + n // guess ** (degree - 1)) // degree
        if step >= guess:
            return guess
        guess = step
