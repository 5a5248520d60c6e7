# SPDX-License-Identifier: Apache-2.0
"""The fewest coins that pay an amount. All amounts are whole numbers of one unit."""

import micropython
from array import array
from micropython import const

SEARCHED = const(2000)  # units that are searched through when largest-first won't do


def fewest(amount, coins):
    """How many of each of `coins`, which fall in value; empty if they can't pay it.

    Largest-first is proven to do for this set of coins, or else every amount
    up to this one is searched through; ValueError if that is above SEARCHED.
    """
    if coins[-1] == 1 and _canonical(coins):
        return _largest_first(amount, coins)
    if amount > SEARCHED:
        raise ValueError(amount)
    counts = array("H", bytes(2 * amount + 2))
    _search(counts, array("i", coins), len(coins), amount)
    if amount and not counts[amount]:
        return []
    paid = [0] * len(coins)
    while amount:
        for i, coin in enumerate(coins):
            rest = amount - coin
            if rest >= 0 and counts[rest] == counts[amount] - 1 and (counts[rest] or not rest):
                paid[i] += 1
                amount = rest
                break
    return paid


def _largest_first(amount, coins):
    paid = []
    for coin in coins:
        paid.append(amount // coin)
        amount %= coin
    return paid


def _canonical(coins):
    """Whether largest-first always needs the fewest: Pearson, Operations Research Letters 33 (2005).

    If it fails, then for an amount that is the largest-first payment of some
    coin less one, cut off behind one of its places, with one coin more there.
    """
    for first in range(len(coins) - 1):
        paid = _largest_first(coins[first] - 1, coins)
        amount = count = 0
        for i in range(first + 1, len(coins)):
            amount += paid[i] * coins[i]
            count += paid[i]
            if sum(_largest_first(amount + coins[i], coins)) > count + 1:
                return False
    return True


@micropython.viper
def _search(counts: ptr16, coins: ptr32, n: int, last: int):
    """counts[a] = the fewest coins that pay a, 0 if none do."""
    amount = 1
    while amount <= last:
        best = 0
        i = 0
        while i < n:
            rest = amount - coins[i]
            if rest == 0:
                best = 1
            elif rest > 0:
                here = counts[rest]
                if here != 0 and (best == 0 or here + 1 < best):
                    best = here + 1
            i += 1
        counts[amount] = best
        amount += 1
