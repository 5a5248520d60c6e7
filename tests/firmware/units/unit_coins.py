# SPDX-License-Identifier: Apache-2.0
"""Fewest coins, against a table that is filled the slow way."""

from coins import fewest

EURO = (200, 100, 50, 20, 10, 5, 2, 1)
AWKWARD = ((9, 6, 1), (60, 30, 24, 12, 6, 3, 1), (20, 15, 6), (7, 4), (25, 20, 10, 1))


def slow(coins, last):
    """The fewest for each amount, -1 where they can't pay it."""
    table = [0]
    for amount in range(1, last + 1):
        before = [table[amount - coin] for coin in coins if coin <= amount]
        ways = [n for n in before if n >= 0]
        table.append(min(ways) + 1 if ways else -1)
    return table


def test_fewest_of_any_coins():
    for coins in (EURO,) + AWKWARD:
        for amount, wanted in enumerate(slow(coins, 230)):
            paid = fewest(amount, list(coins))
            if wanted < 0:
                assert not paid, (amount, coins)
            else:
                assert sum(paid) == wanted, (amount, coins, paid)
                assert sum([paid[i] * coins[i] for i in range(len(coins))]) == amount


def test_largest_first_has_no_limit():
    assert fewest(10**12 + 1, list(EURO))[0] == 10**12 // 200


def test_a_search_has_one():
    try:
        fewest(10**6, [9, 6, 1])
    except ValueError:
        return
    raise AssertionError("it would need a megabyte")
