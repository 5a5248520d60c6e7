# SPDX-License-Identifier: Apache-2.0
"""Exact tasks: their answers against Python's own integers, fractions and calendar.

`phosphene bench exact` does a hundred thousand; these are the seams, and few enough for a real board.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import random
import time
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest

from phosphene.errors import OutOfRange, Refused
from phosphene.exact import Coprocessor
from phosphene_hil.host import Host
from phosphene_hil.report.measuring import Measure

CASES = 150
EDGES = (0, 1, -1, 9, 10, 2**30 - 1, 2**30, -(2**30), 2**31, 2**62 - 1, 2**62, 2**64, -(2**64), 10**63)
"""Where a small integer ends, on 32 and on 64 bits, and a digit begins."""


def integers(dice: random.Random) -> int:
    return dice.choice(EDGES) + dice.randint(-2, 2) if dice.random() < 0.5 else dice.randint(-(10**20), 10**20)


def decimals(dice: random.Random) -> Decimal:
    return Decimal(dice.randint(-(10**12), 10**12)).scaleb(-dice.randint(0, 9))


def digest(answers: list[object]) -> str:
    """What all these answers are in short: equal on two boards if each answer is."""
    return hashlib.sha256("\n".join(map(str, answers)).encode()).hexdigest()[:16]


@pytest.mark.needs("exact.integer")
async def test_integers(mcu: Coprocessor, measure: Measure) -> None:
    dice = random.Random(41)
    took_ms: list[float] = []
    answers: list[object] = []
    for _ in range(CASES):
        a, b, op = integers(dice), integers(dice), dice.choice("+-*/")
        if op == "/" and not b:
            continue
        wanted = divmod(a, b) if op == "/" else ({"+": a + b, "-": a - b, "*": a * b}[op], 0)
        began = time.monotonic()
        answer = await mcu.call("exact.integer", a=a, op=op, b=b)
        took_ms.append((time.monotonic() - began) * 1000)
        assert (answer.value, answer.remainder) == wanted, f"{a} {op} {b}"
        answers += [answer.value, answer.remainder]
    measure("answers", digest(answers), same=True)
    measure("one answer", took_ms, unit="ms", work=True)


@pytest.mark.needs("exact.decimal")
async def test_decimals_round_half_to_even_at_the_stated_place(mcu: Coprocessor, measure: Measure) -> None:
    dice = random.Random(42)
    took_ms: list[float] = []
    answers: list[object] = []
    for _ in range(CASES):
        a, b, op, places = decimals(dice), decimals(dice), dice.choice("+-*/"), dice.randint(0, 20)
        if op == "/" and not b:
            continue
        x, y = Fraction(a), Fraction(b)
        truth = {"+": x + y, "-": x - y, "*": x * y, "/": x / y if y else x}[op]
        began = time.monotonic()
        answer = await mcu.call("exact.decimal", a=a, op=op, b=b, places=places)
        took_ms.append((time.monotonic() - began) * 1000)
        assert Fraction(answer.value) == Fraction(round(truth * 10**places), 10**places), f"{a} {op} {b}, {places}"
        assert answer.exact == (Fraction(answer.value) == truth)
        answers += [answer.value, answer.exact]
    measure("answers", digest(answers), same=True)
    measure("one answer", took_ms, unit="ms", work=True)


@pytest.mark.needs("exact.decimal")
async def test_ties_and_signs(mcu: Coprocessor) -> None:
    with localcontext() as context:
        context.rounding = ROUND_HALF_EVEN
        for text in ("0.5", "1.5", "2.5", "-0.5", "-1.5", "-2.5", "0.49999", "0.50001", "-0.50001"):
            wanted = Decimal(text).quantize(Decimal(1))
            answer = await mcu.call("exact.decimal", a=text, op="+", b="0", places=0)
            assert answer.value == wanted, text


@pytest.mark.needs("exact.integer")
async def test_what_has_no_answer_is_refused_in_words(mcu: Coprocessor) -> None:
    with pytest.raises(Refused, match="zero"):
        await mcu.call("exact.integer", a=1, op="/", b=0)
    with pytest.raises(Refused, match="negative power"):
        await mcu.call("exact.integer", a=2, op="^", b=-1)


@pytest.mark.needs("exact.integer")
async def test_what_would_cost_too_much_is_refused_before_it_is_paid(mcu: Coprocessor) -> None:
    for a, b in ((7, 20_000), (10**60, 10**9), (-(2**31), 10**6)):
        with pytest.raises(Refused, match="digits"):
            await mcu.call("exact.integer", a=a, op="^", b=b)
    with pytest.raises(OutOfRange):
        await mcu.call("exact.integer", a=10**64, op="+", b=0)
    assert (await mcu.call("exact.integer", a=2, op="^", b=64)).value == 2**64


@pytest.mark.needs("exact.evaluate")
async def test_expressions_keep_the_usual_precedence(mcu: Coprocessor) -> None:
    for expression, wanted in (("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("-2 * -3", 6), ("7 / 2", 3.5)):
        answer = await mcu.call("exact.evaluate", expression=expression, places=1)
        assert answer.value == Decimal(str(wanted)), expression
        assert answer.exact


@pytest.mark.needs("convert.units")
async def test_units_convert_by_exact_ratios(mcu: Coprocessor) -> None:
    for value, source, target, wanted in (
        ("1", "in", "cm", "2.54"),
        ("-40", "°C", "°F", "-40"),
        ("1.5", "h", "s", "5400"),
    ):
        answer = await mcu.call("convert.units", value=value, source=source, target=target, places=6)
        assert (answer.value, answer.exact) == (Decimal(wanted), True), f"{value} {source} in {target}"


@pytest.mark.needs("date.difference", "date.describe")
async def test_dates_follow_the_calendar(mcu: Coprocessor, measure: Measure) -> None:
    dice = random.Random(44)
    answers: list[object] = []
    for _ in range(CASES // 3):
        a, b = (datetime.date.fromordinal(dice.randint(1, datetime.date.max.toordinal())) for _ in range(2))
        apart = await mcu.call("date.difference", start=a.isoformat(), end=b.isoformat())
        assert apart.total_days == (b - a).days, f"{a} to {b}"
        told = await mcu.call("date.describe", date=a.isoformat())
        assert (told.iso_year, told.iso_week, told.iso_weekday) == tuple(a.isocalendar()), str(a)
        answers += [apart.total_days, told.iso_year, told.iso_week, told.iso_weekday]
    measure("answers", digest(answers), same=True)
    with pytest.raises(Refused):
        await mcu.call("date.describe", date="2023-02-29")


@pytest.mark.needs("money.split")
async def test_money_is_split_without_losing_a_cent(mcu: Coprocessor, measure: Measure) -> None:
    dice = random.Random(45)
    answers: list[object] = []
    for _ in range(CASES // 3):
        amount, parts = Decimal(dice.randint(0, 10**8)).scaleb(-2), dice.randint(1, 97)
        share = await mcu.call("money.split", amount=amount, parts=parts, places=2)
        assert share.larger * share.larger_parts + share.smaller * share.smaller_parts == amount
        assert share.larger_parts + share.smaller_parts == parts
        assert share.larger - share.smaller <= Decimal("0.01")
        answers += [share.larger, share.larger_parts, share.smaller, share.smaller_parts]
    measure("answers", digest(answers), same=True)


@pytest.mark.needs("crypto.sha256", "crypto.sha512", "crypto.hmac")
async def test_digests_are_the_standards(mcu: Coprocessor) -> None:
    dice = random.Random(46)
    for size in (0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1024):
        data, key = dice.randbytes(size), dice.randbytes(min(256, size))
        assert (await mcu.call("crypto.sha256", data=data)).digest == hashlib.sha256(data).digest(), size
        assert (await mcu.call("crypto.sha512", data=data)).digest == hashlib.sha512(data).digest(), size
        assert (await mcu.call("crypto.hmac", key=key, data=data)).mac == hmac.digest(key, data, "sha256"), size


@pytest.mark.needs("crypto.verify")
async def test_a_signature_is_verified_while_the_lease_lives_on(mcu: Coprocessor, host: Host, measure: Measure) -> None:
    """RFC 8032, 7.1, test 2; and the same with one bit turned, in each part."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    began = time.monotonic()
    good = await mcu.start("crypto.verify", key=key, signature=signature, message=b"\x72")
    assert (await good.result()).valid
    measure("Ed25519 signature verified", time.monotonic() - began, unit="s", work=True)
    for wrong_key, wrong_signature, message in (
        (key, bytes((signature[0] ^ 1,)) + signature[1:], b"\x72"),
        (key, signature[:63] + bytes((signature[63] ^ 0x20,)), b"\x72"),
        (key, signature, b"\x73"),
    ):
        bad = await mcu.start("crypto.verify", key=wrong_key, signature=wrong_signature, message=message)
        assert not (await bad.result()).valid
    assert host.lease.left_ms > 0
    measure("lease left afterwards", host.lease.left_ms, unit="ms", budget=(1, None))
