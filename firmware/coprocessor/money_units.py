# SPDX-License-Identifier: Apache-2.0
"""Amounts of money as whole numbers of a currency's smallest unit."""

from decimals import scaled
from refusal import refused


def units(amount, places):
    """An amount in smallest units. Raises Refusal when it has more places: nothing is rounded unasked."""
    value, given = scaled(amount)
    if given > places:
        value, rest = divmod(value, 10 ** (given - places))
        if rest:
            raise refused("%s has more than %d places; round it with money.multiply first" % (amount, places))
        return value
    return value * 10 ** (places - given)


def listed(amounts):
    """The decimal texts of a list with spaces between. Raises Refusal for what is no amount, telling which."""
    items = amounts.split()
    if not items:
        raise refused("the list is empty; write numbers with spaces between, as in 1.50 2")
    for i, item in enumerate(items):
        body = item[1:] if item[0] == "-" else item
        whole, point, fraction = body.partition(".")
        if not whole.isdigit() or (point and not fraction.isdigit()) or len(body) > 32:
            raise refused("number %d, %r, is no amount; write digits, as in 1.50" % (i + 1, item[:20]))
    return items
