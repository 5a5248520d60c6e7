# SPDX-License-Identifier: Apache-2.0
"""Money: no cent is lost, and nothing is rounded but as it was asked for.

`places` is the currency's: 2 for euro and dollar, 0 for yen, 3 for dinar.
"""

from coins import fewest
from decimals import gcd, rounded, scaled, text
from money_units import listed, units
from refusal import refused
from task import field, task


@task(
    "money.add",
    says=("add up", "what is the total"),
    args=(field("amounts", "text", min=1, max=400), field("places", "u8", max=4)),
    results=(field("total", "decimal", max=64),),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="The sum of amounts with spaces between; an amount with a minus is taken off.",
)
def add(amounts, places):
    return (text(sum([units(amount, places) for amount in listed(amounts)]), places),)


@task(
    "money.multiply",
    says=("times the price",),
    args=(
        field("amount", "decimal", max=32),
        field("factor", "decimal", max=32),
        field("places", "u8", max=4),
        field(
            "rounding",
            "choice",
            choices=("half_even", "half_up", "half_down", "up", "down", "ceiling", "floor"),
        ),
    ),
    results=(field("value", "decimal", max=72), field("exact", "bool")),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="An amount times a factor, rounded as asked: up is away from zero, down is towards it.",
)
def multiply(amount, factor, places, rounding):
    (x, p), (y, q) = scaled(amount), scaled(factor)
    value, exact = rounded(x * y * 10**places, 10 ** (p + q), rounding)
    return text(value, places), exact


@task(
    "money.split",
    says=("split the bill",),
    args=(
        field("amount", "decimal", max=32),
        field("parts", "u16", min=1, max=10000),
        field("places", "u8", max=4),
    ),
    results=(
        field("larger", "decimal", max=40),
        field("larger_parts", "u16"),
        field("smaller", "decimal", max=40),
        field("smaller_parts", "u16"),
    ),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="Split an amount evenly: so many parts get the larger share, the others one unit less.",
)
def split(amount, parts, places):
    smaller, over = divmod(units(amount, places), parts)
    return text(smaller + (over > 0), places), over or parts, text(smaller, places), parts - (over or parts)


@task(
    "money.share",
    says=("share out", "split by weight"),
    args=(
        field("amount", "decimal", max=32),
        field("weights", "text", min=1, max=200),
        field("places", "u8", max=4),
    ),
    results=(field("shares", "text", max=1600),),
    idempotent=True,
    longest_ms=50,
    privilege="read",
    help="Share an amount out by weights with spaces between; the units left over go to the largest remainders.",
)
def share(amount, weights, places):
    weights = listed(weights)
    if len(weights) > 32:
        raise refused("%d weights; share among at most 32 at once" % len(weights))
    scale = max([len(weight.partition(".")[2]) for weight in weights])
    weights = [units(weight, scale) for weight in weights]
    total = sum(weights)
    if min(weights) < 0 or not total:
        raise refused("weights are not negative and not all zero; give each a number from 0 up")
    value = units(amount, places)
    sign = -1 if value < 0 else 1
    shares = [abs(value) * weight // total for weight in weights]
    # Hamilton's method: the largest remainders first, of equal ones the earlier.
    order = sorted([(-(abs(value) * weight % total), i) for i, weight in enumerate(weights)])
    for _, i in order[: abs(value) - sum(shares)]:
        shares[i] += 1
    return (" ".join([text(sign * one, places) for one in shares]),)


@task(
    "money.tax",
    says=("with tax", "without tax"),
    args=(
        field("amount", "decimal", max=32),
        field("tax", "choice", choices=("excluded", "included")),
        field("percent", "decimal", max=8),
        field("places", "u8", max=4),
        field(
            "rounding",
            "choice",
            choices=("half_even", "half_up", "half_down", "up", "down", "ceiling", "floor"),
        ),
    ),
    results=(
        field("net", "decimal", max=40),
        field("tax", "decimal", max=40),
        field("gross", "decimal", max=40),
    ),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="Net, tax and gross of an amount that excludes or includes the tax; the tax is what is rounded.",
)
def tax(amount, included, percent, places, rounding):
    value = units(amount, places)
    rate, scale = scaled(percent)
    if rate < 0:
        raise refused("a tax is not negative; take a discount with exact.percent")
    whole = 100 * 10**scale
    if included == "excluded":
        due, _ = rounded(value * rate, whole, rounding)
        net = value
    else:
        due, _ = rounded(value * rate, whole + rate, rounding)
        net = value - due
    return text(net, places), text(due, places), text(net + due, places)


@task(
    "money.change",
    says=("what is the change", "change in coins"),
    args=(
        field("price", "decimal", max=16),
        field("paid", "decimal", max=16),
        field("coins", "text", min=1, max=120),
        field("places", "u8", max=4),
    ),
    results=(field("change", "decimal", max=24), field("coins", "text", max=400)),
    idempotent=True,
    longest_ms=100,
    privilege="read",
    help="The change, and the fewest of the given coins that pay it, as in 2 x 0.50, largest first.",
)
def change(price, paid, coins, places):
    due = units(paid, places) - units(price, places)
    if due < 0:
        raise refused("%s is still to pay" % text(-due, places))
    values = sorted({units(coin, places) for coin in listed(coins)}, reverse=True)
    if values[-1] <= 0 or values[0] >= 1 << 30 or len(values) > 16:
        raise refused("give 1 to 16 coins, each worth something and none over %s" % text(1 << 30, places))
    one = 0
    for value in values:
        one = gcd(value, one)
    try:
        counts = [] if due % one else fewest(due // one, [value // one for value in values])
    except ValueError:
        raise refused("these coins don't pay %s largest first; give ones that do, or less" % text(due, places))
    if not counts:
        raise refused("these coins can't pay %s; give a smaller one" % text(due, places))
    paid_out = ["%d x %s" % (n, text(value, places)) for n, value in zip(counts, values) if n]
    return text(due, places), ", ".join(paid_out)
