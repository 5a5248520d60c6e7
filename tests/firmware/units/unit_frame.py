# SPDX-License-Identifier: Apache-2.0
"""Frames through a port that delivers and takes them in pieces, with noise between."""

import random

import frame
import gc
from clock import Clock
from counters import Counters
from memory_port import MemoryPort


def line(piece=256, room=4096):
    port, counters = MemoryPort(piece, room), Counters()
    return port, counters, frame.Reader(port, counters), frame.Writer(port, counters, Clock())


def received(reader):
    found = []
    while reader.fill():
        while reader.next():
            h = reader.head
            n = h[frame.LENGTH]
            payload = bytes(reader.body[frame.HEADER : frame.HEADER + n])
            found.append((h[frame.TYPE], h[frame.SESSION], h[frame.REQUEST], payload))
    return found


def test_frames_survive_any_cut():
    for piece in (1, 2, 3, 7, 64, 256):
        port, counters, reader, writer = line(piece, room=5)
        sent = []
        for n in (0, 1, 8, 191, 192):
            payload = bytes([i * 7 & 0xFF for i in range(n)])
            assert writer.send(3, 0x2ABCDEF0, n + 1, 0, payload, 0, n)
            sent.append((3, 0x2ABCDEF0, n + 1, payload))
        port.waiting = port.sent
        assert received(reader) == sent, piece
        assert counters.rx_frames == counters.tx_frames == 5


def test_noise_costs_only_the_frame_it_hits():
    random.seed(3)
    port, counters, reader, writer = line()
    writer.send(3, 5, 1, 0, b"before", 0, 6)
    before, port.sent = port.sent, b""
    writer.send(3, 5, 2, 0, b"after", 0, 5)
    after = port.sent
    for _ in range(200):
        noise = bytes([random.getrandbits(8) for _ in range(random.randint(0, 300))])
        port.waiting = before + noise + b"\0" + after
        found = received(reader)
        assert [payload for _kind, _session, _request, payload in found] == [b"before", b"after"]
    assert counters.crc_errors + counters.cobs_errors + counters.too_long > 100


def test_a_damaged_frame_is_never_delivered():
    port, _counters, reader, writer = line()
    writer.send(3, 5, 1, 0, b"payload", 0, 7)
    wire = port.sent
    for at in range(len(wire)):
        for flip in (1, 0x80, 0xFF):
            damaged = bytearray(wire)
            damaged[at] ^= flip
            port.waiting = bytes(damaged) + b"\0"
            assert received(reader) == [], (at, flip)


def test_receiving_allocates_nothing():
    port, _counters, reader, writer = line()
    writer.send(3, 5, 1, 0, b"12345678", 0, 8)
    chunk = reader._chunk
    chunk[: len(port.sent)] = port.sent
    n = len(port.sent)
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(50):
        reader._state[0], reader._state[1] = 0, n
        assert reader.next()
    assert gc.mem_alloc() - before < 64


def test_a_peer_that_does_not_read_costs_a_bounded_wait():
    _port, counters, _reader, writer = line(room=0)
    assert not writer.send(3, 5, 1)
    assert counters.tx_dropped == 1
