# SPDX-License-Identifier: Apache-2.0
"""The lease lives by the progress of all three counters."""

import lease
from lease import Lease

AGES = {"tick_ms": 500, "capture_ms": 300, "inference_ms": 400}


def live(until=1000):
    subject = Lease(AGES)
    subject.renew((0, 0, 0), 0)
    for now in range(100, until + 1, 100):
        subject.renew((now, now, now), now)
    return subject


def test_one_renewal_proves_nothing():
    subject = Lease(AGES)
    assert subject.renew((7, 7, 7), 10) == lease.FIRST
    assert subject.left_ms(10) == 0
    assert subject.renew((8, 8, 8), 110) == lease.LIVE
    assert subject.left_ms(110) == 300


def test_it_ends_with_the_first_counter_that_stands():
    for still, age in ((0, 500), (1, 300), (2, 400)):
        subject = live()
        for now in range(1100, 1000 + age, 100):
            counts = [now, now, now]
            counts[still] = 1000
            assert subject.renew(tuple(counts), now) == lease.LIVE
        assert subject.left_ms(1000 + age - 1) == 1
        assert subject.left_ms(1000 + age) == 0
        counts = [1000 + age] * 3
        counts[still] = 1000
        assert subject.renew(tuple(counts), 1000 + age) == lease.TICK_STANDS + still


def test_a_counter_that_falls_is_another_host():
    subject = live()
    assert subject.renew((1100, 1100, 5), 1100) == lease.FIRST
    assert subject.left_ms(1100) == 0
    assert subject.renew((1200, 1200, 6), 1200) == lease.LIVE


def test_all_three_must_rise_once_before_it_lives():
    subject = Lease(AGES)
    subject.renew((0, 0, 0), 0)
    for now in range(100, 2000, 100):
        assert subject.renew((now, now, 0), now) == lease.FIRST
        assert subject.left_ms(now) == 0
    assert subject.renew((2000, 2000, 1), 2000) == lease.LIVE


def test_it_says_why_it_ended():
    for still, age in ((0, 500), (1, 300), (2, 400)):
        subject = live()
        for now in range(1100, 1000 + age, 100):
            counts = [now, now, now]
            counts[still] = 1000
            subject.renew(tuple(counts), now)
        assert subject.why(1000 + age) == lease.STOOD[still]
    assert live().why(1300) == lease.UNRENEWED
    subject = live()
    subject.renew((3, 3, 3), 1050)
    assert subject.why(1060) == lease.ANOTHER
