# SPDX-License-Identifier: Apache-2.0
"""Money cases, their truth from Python's `decimal` and a table of fewest coins."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from random import Random

from phosphene_tools.bench.exact_case import ROUNDINGS, Answer, Case, Maker, equal, written

_CTX = Context(prec=200)
_MOST = 2000
COINS: Mapping[str, tuple[int, ...]] = {
    "euro": (200, 100, 50, 20, 10, 5, 2, 1),
    "dollar": (100, 25, 10, 5, 1),
    "notes": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "old pence": (60, 30, 24, 12, 6, 3, 1),  # half-crown and florin: largest first fails
    "without a one": (20, 15, 6),
    "one, six, nine": (9, 6, 1),
}


def amount(rng: Random, places: int, most: int = 10**7) -> Decimal:
    """An amount with up to `places` places."""
    return Decimal(rng.randint(-most, most)).scaleb(-rng.randint(0, places) if places else 0)


def add(rng: Random) -> Case:
    """Sums of up to twelve amounts; one with a place too many is refused."""
    places = rng.choice([0, 2, 2, 3])
    amounts = [amount(rng, places) for _ in range(rng.randint(1, 12))]
    right = equal(total=sum(amounts, Decimal(0)).quantize(Decimal(1).scaleb(-places)))
    if rng.random() < 0.05:
        amounts.append(Decimal(1).scaleb(-places - 1))
        right = None
    return Case("money.add", {"amounts": " ".join(format(a, "f") for a in amounts), "places": places}, right)


def multiply(rng: Random) -> Case:
    """Products under every rounding, ties more often than by chance."""
    places, rounding = rng.choice([0, 2, 2, 3]), rng.choice([*ROUNDINGS])
    price = amount(rng, places)
    factor = rng.choice([Decimal("0.5"), Decimal("0.05"), Decimal("1.5"), amount(rng, 4, 10**5)])
    product = _CTX.multiply(price, factor)
    value = product.quantize(Decimal(1).scaleb(-places), ROUNDINGS[rounding], _CTX)
    arguments: dict[str, object] = {"amount": price, "factor": factor, "places": places, "rounding": rounding}
    return Case("money.multiply", arguments, equal(value=value, exact=value == product))


def split(rng: Random) -> Case:
    """Even parts: the two sizes differ by at most one unit, and all parts add up."""
    places, parts = rng.choice([0, 2, 2, 3]), rng.randint(1, 30)
    bill = amount(rng, places)
    unit = Decimal(1).scaleb(-places)

    def right(answer: Answer) -> bool:
        counts = answer["larger_parts"], answer["smaller_parts"]
        total = answer["larger"] * counts[0] + answer["smaller"] * counts[1]
        gap = answer["larger"] - answer["smaller"]
        return total == bill and sum(counts) == parts and (gap == unit if all(counts) else gap == 0)

    return Case("money.split", {"amount": bill, "parts": parts, "places": places}, right)


def share(rng: Random) -> Case:
    """Shares by weight: Hamilton's, worked out with fractions."""
    places = rng.choice([0, 2, 2, 3])
    bill = amount(rng, places)
    weights = [amount(rng, 2, 500).copy_abs() for _ in range(rng.randint(1, 10))]
    arguments: dict[str, object] = {
        "amount": bill,
        "weights": " ".join(format(weight, "f") for weight in weights),
        "places": places,
    }
    if not any(weights):
        return Case("money.share", arguments, None)
    units, total = abs(int(bill.scaleb(places))), sum(map(Fraction, weights))
    quotas = [units * Fraction(weight) / total for weight in weights]
    shares = [int(quota) for quota in quotas]
    for i in sorted(range(len(quotas)), key=lambda i: shares[i] - quotas[i])[: units - sum(shares)]:
        shares[i] += 1
    sign = -1 if bill < 0 else 1
    texts = [str(written(Decimal(sign * one).scaleb(-places))) for one in shares]
    return Case("money.share", arguments, equal(shares=" ".join(texts)))


def tax(rng: Random) -> Case:
    """Tax on top, or within."""
    places, rounding = rng.choice([0, 2, 2, 3]), rng.choice([*ROUNDINGS])
    price, kind = amount(rng, places), rng.choice(["excluded", "included"])
    rate = rng.choice([Decimal(19), Decimal(7), Decimal("8.875"), Decimal(0), amount(rng, 3, 99999).copy_abs()])
    whole = Decimal(100) if kind == "excluded" else 100 + rate
    unit = Decimal(1).scaleb(-places)
    due = _CTX.divide(_CTX.multiply(price, rate), whole).quantize(unit, ROUNDINGS[rounding], _CTX)
    net = (price if kind == "excluded" else price - due).quantize(unit)
    arguments: dict[str, object] = {
        "amount": price,
        "tax": kind,
        "percent": rate,
        "places": places,
        "rounding": rounding,
    }
    return Case("money.tax", arguments, equal(net=net, tax=due, gross=net + due))


@cache
def fewest(coins: tuple[int, ...]) -> list[int | None]:
    """The fewest coins for each amount up to some limit, None where they can't pay it."""
    table: list[int | None] = [0]
    for value in range(1, _MOST + 1):
        before = [table[value - coin] for coin in coins if coin <= value]
        table.append(min((n + 1 for n in before if n is not None), default=None))
    return table


def change(rng: Random) -> Case:
    """Change in coins: it adds up, in no more coins than needed."""
    coins = rng.choice([*COINS.values()])
    due = rng.randint(-20, rng.choice([100, _MOST]))
    price = rng.randint(0, 9999)
    wanted = fewest(coins)[due] if due >= 0 else None
    shown = [format(Decimal(coin).scaleb(-2), "f") for coin in rng.sample(coins, len(coins))]
    arguments: dict[str, object] = {
        "price": Decimal(price).scaleb(-2),
        "paid": Decimal(price + due).scaleb(-2),
        "coins": " ".join(shown),
        "places": 2,
    }
    if price + due < 0:
        wanted = None

    def right(answer: Answer) -> bool:
        paid = [item.split(" x ") for item in answer["coins"].split(", ") if item]
        total = sum(int(n) * Decimal(coin) for n, coin in paid)
        used = sum(int(n) for n, _ in paid)
        return total == answer["change"] == Decimal(due).scaleb(-2) and used == wanted

    return Case("money.change", arguments, None if wanted is None else right)


MAKERS: tuple[Maker, ...] = (add, multiply, split, share, tax, change)
