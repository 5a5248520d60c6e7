# SPDX-License-Identifier: Apache-2.0
"""The ring of kept replies: nothing that is still wanted is ever overwritten."""

import random

from replies import Replies

LARGEST = 200


def test_what_is_kept_stays_until_it_is_released():
    random.seed(4)
    for _ in range(20):
        ring = Replies(700, 6, LARGEST)
        kept = {}
        oldest = next_id = 1
        refused = 0
        for _ in range(300):
            if random.random() < 0.3 and oldest < next_id:
                oldest = random.randint(oldest, next_id)
                ring.release(oldest)
                for old in [i for i in kept if i < oldest]:
                    del kept[old]
            if not ring.room():
                refused += 1
                assert kept, "an empty ring has room"
                continue
            n = random.randint(0, LARGEST)
            content = bytes([next_id & 0xFF]) * n
            at = ring.at
            assert at + n <= 700
            ring.buf[at : at + n] = content
            ring.keep(next_id, 0x83, at + n)
            kept[next_id] = content
            next_id += 1
            for request, wanted in kept.items():
                slot = ring.find(request)
                assert slot >= 0, request
                assert bytes(ring.buf[ring.start(slot) : ring.end(slot)]) == wanted
        assert refused, "the test never filled the ring"


def test_a_released_reply_is_not_found():
    ring = Replies(700, 6, LARGEST)
    assert ring.room()
    ring.keep(1, 0x83, ring.at + 3)
    ring.release(2)
    assert ring.find(1) == -1


def test_empty_replies_do_not_fill_the_ring():
    ring = Replies(700, 6, LARGEST)
    for request in range(1, 6):
        assert ring.room(), request
        ring.keep(request, 0x83, ring.at)
    assert [ring.find(request) >= 0 for request in range(1, 6)] == [True] * 5
