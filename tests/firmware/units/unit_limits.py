# SPDX-License-Identifier: Apache-2.0
"""Times and counts of one output, held against a plain list of what it did."""

from limits import MINUTE, Limits, seconds
from refusal import Refusal

_state = [12345]


def dice(n):
    """0 … n−1, the same in every run."""
    _state[0] = (_state[0] * 1103515245 + 12345) & 0x3FFFFFFF
    return (_state[0] >> 8) % n


def may(limits, now):
    try:
        limits.check("pump", now)
    except Refusal as refusal:
        assert "ask" in refusal.text
        return False
    return True


def test_a_minute_never_holds_more_changes_than_declared():
    for most in (2, 3, 4, 7):
        limits = Limits({"max_changes_per_min": most})
        changes = []
        now = 0
        for _ in range(400):
            now += dice(30_000)
            wait = limits.wait(now)
            assert may(limits, now) == (wait == 0)
            if wait:
                assert not may(limits, now + wait - 1)
                assert may(limits, now + wait)
                continue
            limits.begins(now)
            limits.went_on(now)
            changes.append(now)
            now += dice(30_000)
            limits.went_off(now)
            changes.append(now)
        assert len(changes) > 100
        for first in changes:
            assert len([c for c in changes if first <= c < first + MINUTE]) <= most


def test_rest_and_the_shortest_run():
    limits = Limits({"min_on_ms": 500, "min_off_ms": 300})
    assert not may(limits, 299)
    assert may(limits, 300)  # it rests after a boot
    limits.begins(300)
    limits.went_on(300)
    assert limits.owed(400) == 400
    limits.went_off(400)  # 400 ms too early
    assert limits.wait(400) == 700
    assert not may(limits, 1099)
    assert may(limits, 1100)
    limits.begins(1100)
    limits.went_on(1100)
    assert limits.owed(1700) == 0
    limits.went_off(1700)
    assert limits.wait(1700) == 300


def test_the_longest_run():
    limits = Limits({"max_on_ms": 250})
    limits.begins(1000)
    limits.went_on(1000)
    assert not limits.expired(1249)
    assert limits.on_left(1249) == 1
    assert limits.expired(1250)
    assert not Limits({}).expired(10**9)


def test_times_as_people_read_them():
    for ms, text in ((0, "0 s"), (1, "0.1 s"), (100, "0.1 s"), (1000, "1 s"), (1001, "1.1 s"), (60_000, "60 s")):
        assert seconds(ms) == text, (ms, seconds(ms))
