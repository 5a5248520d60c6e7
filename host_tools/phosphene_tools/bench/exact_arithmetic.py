# SPDX-License-Identifier: Apache-2.0
"""Arithmetic cases, their truth from Python's `int`, `fractions`, `decimal` and `ast`."""

from __future__ import annotations

import ast
import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from random import Random

from phosphene_tools.bench.exact_case import WIDE, Case, Judge, Maker, decimal, equal, to_places, valued

_ROOT = Context(prec=160)
_DIGITS = 640  # what exact.integer admits of a power


def integer(rng: Random) -> Case:
    """Integers of up to 63 digits, now and then a power."""
    op = rng.choice("+-*/^")
    a = rng.randint(-(10**63), 10**63) if rng.random() < 0.5 else rng.randint(-99, 99)
    b = rng.randint(-(10**63), 10**63) if rng.random() < 0.5 else rng.randint(-99, 99)
    if op == "^":
        b = rng.randint(-1, 400)
    arguments: dict[str, object] = {"a": a, "op": op, "b": b}
    if op == "/":
        right = equal(value=a // b, remainder=a % b) if b else None
    elif op == "^":
        fits = b >= 0 and (abs(a) <= 1 or b * len(str(abs(a))) <= _DIGITS)
        right = equal(value=a**b, remainder=0) if fits else None
    else:
        right = equal(value={"+": a + b, "-": a - b, "*": a * b}[op], remainder=0)
    return Case("exact.integer", arguments, right)


def decimals(rng: Random) -> Case:
    """One operation on two decimals."""
    a, op, b, places = decimal(rng, 30, 20), rng.choice("+-*/"), decimal(rng, 30, 20), rng.randint(0, 32)
    x, y = Fraction(a), Fraction(b)
    right = None
    if op != "/":
        right = valued({"+": x + y, "-": x - y, "*": x * y}[op], places)
    elif y:
        right = valued(x / y, places)
    return Case("exact.decimal", {"a": a, "op": op, "b": b, "places": places}, right)


def divide(rng: Random) -> Case:
    """Quotient and remainder under the three rules."""
    a, b, rule = decimal(rng, 30, 12), decimal(rng, 12, 12), rng.choice(["floor", "truncate", "euclid"])
    x, y = Fraction(a), Fraction(b)
    right = None
    if y:
        quotient = math.trunc(x / y) if rule == "truncate" else math.floor(x / y)
        if rule == "euclid":
            quotient = math.floor(x / abs(y)) * (1 if y > 0 else -1)
        places = max(len(text.partition(".")[2]) for text in (a, b))
        right = equal(quotient=quotient, remainder=to_places(x - quotient * y, places))
    return Case("exact.divide", {"a": a, "b": b, "rule": rule}, right)


def percent(rng: Random) -> Case:
    """The five questions about percentages."""
    op = rng.choice(["of", "add", "remove", "change", "share"])
    a, b, places = decimal(rng, 12, 4), decimal(rng, 12, 4), rng.randint(0, 12)
    x, y = Fraction(a), Fraction(b)
    divisor = {"change": x, "share": y}.get(op, Fraction(1))
    right = None
    if divisor:
        value = {
            "of": x * y / 100,
            "add": x + x * y / 100,
            "remove": x - x * y / 100,
            "change": (y - x) / abs(divisor) * 100,
            "share": x / divisor * 100,
        }[op]
        right = valued(value, places)
    return Case("exact.percent", {"a": a, "op": op, "b": b, "places": places}, right)


def power(rng: Random) -> Case:
    """Whole powers, among them interest over many periods."""
    base, exponent = decimal(rng, 10, 6), rng.randint(-30, 30)
    if rng.random() < 0.1:
        base, exponent = f"1.00{rng.randint(1, 99999):05}", rng.choice([12, 120, 360])
    places = rng.randint(0, 32)
    x = Fraction(base)
    right = valued(x**exponent, places) if x or exponent >= 0 else None
    return Case("exact.power", {"base": base, "exponent": exponent, "places": places}, right)


def root(rng: Random) -> Case:
    """Roots of any degree; many of true powers, so that they are exact or a tie."""
    degree = rng.choice([2, 2, 2, 3, 3, rng.randint(4, 12)])
    places = rng.randint(0, min(32, 300 // degree))
    if rng.random() < 0.4:
        places = rng.randint(0, 3)
        side = Fraction(rng.randint(0, 99), 2 * 10**places)  # every other one lies between two neighbours
        a = format(WIDE.power(Decimal(side.numerator) / side.denominator, degree), "f")
        if len(a) > 60:
            a = "6.25"
    else:
        a = decimal(rng, 40, 20, signed=False)
    if rng.random() < 0.2 and Fraction(a):
        a = f"-{a}"
    arguments: dict[str, object] = {"a": a, "degree": degree, "places": places}
    if a.startswith("-") and degree % 2 == 0:
        return Case("exact.root", arguments, None)
    return Case("exact.root", arguments, _rooted(a, degree, places))


def _rooted(a: str, degree: int, places: int) -> Judge:
    size = Decimal(a).copy_abs()
    near = Decimal(0)
    if size:
        near = _ROOT.exp(_ROOT.divide(_ROOT.ln(size), degree))
        # A root that ends does so long before these digits: then it is taken for what it is.
        short = near.quantize(Decimal(1).scaleb(-70), context=_ROOT)
        if Fraction(short) ** degree == Fraction(size):
            near = short
    value = near.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _ROOT)
    exact = Fraction(value) ** degree == Fraction(size)
    return equal(value=value.copy_negate() if a.startswith("-") else value, exact=exact)


def _expression(rng: Random, depth: int) -> str:
    kind = rng.random()
    if depth == 0 or kind < 0.15:
        return decimal(rng, 5, 3, signed=False)
    if kind < 0.3:
        return f"({_expression(rng, depth - 1)})"
    if kind < 0.4:
        return f"-{_expression(rng, depth - 1)}"
    if kind < 0.55:
        return f"{decimal(rng, 3, 2, signed=False)}^{rng.choice(['2', '3', '-2', '2^3', '-1^3', '0'])}"
    space = rng.choice(["", " "])
    op = rng.choice("++--**//%")
    return f"{_expression(rng, depth - 1)}{space}{op}{space}{_expression(rng, depth - 1)}"


def worth(expression: str) -> Fraction:
    """What an expression is, read by Python's own parser. Raises ZeroDivisionError."""
    source = expression.replace("^", "**")

    def walk(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant():
                return Fraction(ast.get_source_segment(source, node) or "")
            case ast.UnaryOp(op=ast.USub()):
                return -walk(node.operand)
            case ast.BinOp(op=ast.Add()):
                return walk(node.left) + walk(node.right)
            case ast.BinOp(op=ast.Sub()):
                return walk(node.left) - walk(node.right)
            case ast.BinOp(op=ast.Mult()):
                return walk(node.left) * walk(node.right)
            case ast.BinOp(op=ast.Div()):
                return walk(node.left) / walk(node.right)
            case ast.BinOp(op=ast.Mod()):
                return walk(node.left) % walk(node.right)
            case ast.BinOp(op=ast.Pow()):
                return walk(node.left) ** int(walk(node.right))
            case _:
                raise ValueError(f"{ast.unparse(node)} is no arithmetic")

    return walk(ast.parse(source, mode="eval").body)


def evaluate(rng: Random) -> Case:
    """Expressions of up to 120 characters."""
    expression = _expression(rng, 4)
    while len(expression) > 120:
        expression = _expression(rng, 3)
    places = rng.randint(0, 20)
    arguments: dict[str, object] = {"expression": expression, "places": places}
    try:
        right = valued(worth(expression), places)
    except ZeroDivisionError:
        right = None
    return Case("exact.evaluate", arguments, right)


MAKERS: tuple[Maker, ...] = (integer, decimals, divide, percent, power, root, evaluate)
