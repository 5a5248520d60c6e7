# SPDX-License-Identifier: Apache-2.0
"""Expressions of several operations, in exact ratios from the first digit to the last."""

from decimals import LONGEST, PRINTED, bits, rounded, scaled, text
from refusal import refused
from spoken_sum import written
from task import field, task

# How tightly an operator binds. A power binds its left side tighter than a sign,
# and takes a sign on its right: -2^2 is -4, 2^-1 is 0.5.
BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "sign": 3, "^": 4}

COST = 400000  # products of 16 by 16 bits, all operations together


@task(
    "exact.evaluate",
    says=("calculate", "how much is", "work out", "what is"),
    args=(field("expression", "text", min=1, max=120), field("places", "u8", max=32)),
    results=(field("value", "decimal", max=680), field("exact", "bool")),
    idempotent=True,
    longest_ms=150,
    privilege="read",
    help="Work out + - * / ^ % and parentheses, or plus, times and so on, to so many places; % is the remainder.",
)
def evaluate(expression, places):
    numerator, denominator = Expression(written(expression)).value()
    if bits(numerator) - bits(denominator) > PRINTED:
        raise refused("the result has over 640 digits before its point; ask for a smaller one")
    value, exact = rounded(numerator * 10**places, denominator)
    return text(value, places), exact


class Expression:
    """Dijkstra's two stacks (the shunting yard), so that parentheses cost no recursion."""

    def __init__(self, source):
        self._source = source
        self._values = []  # (numerator, denominator above 0)
        self._operators = []  # (symbol, where it stands)
        self._cost = 0

    def value(self):
        """The ratio that the expression is. Raises Refusal, which tells the position."""
        source = self._source
        at, end, operand = 0, len(source), True
        while at < end:
            symbol = source[at]
            if symbol == " ":
                at += 1
            elif operand and (symbol.isdigit() or symbol == "."):
                at, operand = self._number(at), False
            else:
                operand = self._symbol(symbol, at, operand)
                at += 1
        if operand:
            raise _wrong(end, "a number is missing at the end")
        while self._operators:
            if self._operators[-1][0] == "(":
                raise _wrong(self._operators[-1][1], "this ( is never closed")
            self._apply()
        return self._values[0]

    def _number(self, at):
        source, end = self._source, at
        while end < len(source) and (source[end].isdigit() or source[end] == "."):
            end += 1
        digits = source[at:end]
        if digits.count(".") > 1 or digits[0] == "." or digits[-1] == ".":
            raise _wrong(at, "a point needs digits on both sides, as in 0.5")
        x, places = scaled(digits)
        self._values.append((x, 10**places))
        return end

    def _symbol(self, symbol, at, operand):
        """Take one sign or parenthesis; whether a number is due after it."""
        operators = self._operators
        if operand:
            if symbol not in "(-":
                raise _wrong(at, "a number is due here, not %r" % symbol)
            operators.append(("sign" if symbol == "-" else symbol, at))
            return True
        if symbol == ")":
            while operators and operators[-1][0] != "(":
                self._apply()
            if not operators:
                raise _wrong(at, "nothing opens this )")
            operators.pop()
            return False
        if symbol not in "+-*/%^":
            raise _wrong(at, "one of + - * / %% ^ is due here, not %r" % symbol)
        binds = BINDS[symbol] + (symbol == "^")  # a second ^ waits: it goes first
        while operators and operators[-1][0] != "(" and BINDS[operators[-1][0]] >= binds:
            self._apply()
        operators.append((symbol, at))
        return True

    def _apply(self):
        """Run the topmost operator, if its cost is within bounds."""
        symbol, at = self._operators.pop()
        b, q = self._values.pop()
        if symbol == "sign":
            self._values.append((-b, q))
            return
        a, p = self._values.pop()
        if symbol == "^":
            self._values.append(self._power(a, p, b, q, at))
            return
        if symbol in "/%" and not b:
            raise _wrong(at, "division by zero")
        self._afford(at, _limbs(a, p), _limbs(b, q), 3)
        if symbol == "*":
            a, p = a * b, p * q
        elif symbol == "/":
            a, p = a * q, p * b
        elif p == q:
            a = _joined(symbol, a, b)
        else:
            a, p = _joined(symbol, a * q, b * p), p * q
        self._values.append((-a, -p) if p < 0 else (a, p))

    def _power(self, a, p, b, q, at):
        if b % q:
            raise _wrong(at, "an exponent must be whole; roots are exact.root's")
        times = b // q
        if times < 0:
            if not a:
                raise _wrong(at, "zero has no negative power")
            a, p = (p, a) if a > 0 else (-p, -a)
            times = -times
        if p == 1 and -1 <= a <= 1:
            return a ** (2 - times % 2 if times else 0), 1
        longest = max(bits(a), bits(p))
        if times * longest > LONGEST:
            raise _wrong(at, "this power is too large; ask for a smaller one")
        # The last squaring costs most; all before it cost a third of that.
        half = times * longest // 32 + 1
        self._afford(at, half, half, 2)
        return a**times, p**times

    def _afford(self, at, m, n, products):
        self._cost += products * m * n
        if (m + n) * 16 > LONGEST + 32 or self._cost > COST:
            raise _wrong(at, "this costs too many digits; ask in smaller parts")


def _limbs(a, p):
    """The length of a ratio's longer part, in units of 16 bits."""
    if -65536 < a < 65536 and p < 65536:
        return 1
    return (max(bits(a), bits(p)) + 15) // 16


def _joined(symbol, a, b):
    if symbol == "+":
        return a + b
    return a - b if symbol == "-" else a % b


def _wrong(at, why):
    return refused("at character %d: %s" % (at + 1, why))
