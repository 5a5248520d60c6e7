# SPDX-License-Identifier: Apache-2.0
"""COBS and CRC-32 on every length and awkward content."""

import binascii
import random
import struct
from array import array

import cobs
import crc


def encode(raw):
    wire = bytearray(len(raw) + len(raw) // 254 + 3)
    return bytes(wire[: cobs.encode(raw, len(raw), wire)])


def decode(wire, limit=2000, step=7):
    state = array("i", bytearray(4 * cobs.SLOTS))
    out = bytearray(limit)
    found = []
    for at in range(0, len(wire), step):
        piece = wire[at : at + step]
        state[cobs.POS], state[cobs.END] = 0, len(piece)
        while cobs.decode(state, piece, out, limit):
            found.append((bytes(out[: state[cobs.OUT]]), state[cobs.FAULT]))
            cobs.restart(state)
    return found


def content(n, kind):
    if kind == 0:
        return bytes(n)
    if kind == 1:
        return b"\x01" * n
    return bytes([random.choice((0, 1, 254, 255, random.getrandbits(8))) for _ in range(n)])


def test_what_is_encoded_decodes():
    random.seed(1)
    for n in list(range(1, 40)) + [252, 253, 254, 255, 256, 507, 508, 509, 510]:
        for kind in range(3):
            raw = content(n, kind)
            wire = encode(raw)
            assert wire.find(b"\0") == len(wire) - 1
            assert decode(wire, step=random.randint(1, 60)) == [(raw, 0)], (n, kind)


def test_known_encodings():
    # The examples of the COBS paper's table, as every implementation gives them.
    assert encode(b"\0") == b"\1\1\0"
    assert encode(b"\0\0") == b"\1\1\1\0"
    assert encode(b"\x11\x22\0\x33") == b"\3\x11\x22\2\x33\0"
    assert encode(b"\1" * 254) == b"\xff" + b"\1" * 254 + b"\0"
    assert encode(b"\1" * 255) == b"\xff" + b"\1" * 254 + b"\2\1\0"


def test_empty_frames_are_nothing():
    assert decode(b"\0\0\0\2\x11\0\0") == [(b"\x11", 0)]


def test_a_cut_block_is_a_fault():
    assert decode(b"\5\x11\x22\0\2\x33\0") == [(b"\x11\x22", 1), (b"\x33", 0)]


def test_too_long_is_a_fault_and_ends_with_its_delimiter():
    long = encode(b"\1" * 300)
    found = decode(long + encode(b"ok"), limit=207)
    assert found[0][1] == 2
    assert found[1] == (b"ok", 0)


def test_crc_agrees_with_binascii():
    random.seed(2)
    for _ in range(300):
        n = random.randint(0, 203)
        body = bytearray(content(n, 2)) + bytearray(4)
        crc.append(body, n)
        assert struct.unpack_from("<I", body, n)[0] == binascii.crc32(bytes(body[:n]))
        assert crc.matches(body, n + 4)


def test_crc_sees_every_single_bit():
    body = bytearray(content(30, 2)) + bytearray(4)
    crc.append(body, 30)
    for bit in range(34 * 8):
        body[bit // 8] ^= 1 << bit % 8
        assert not crc.matches(body, 34), bit
        body[bit // 8] ^= 1 << bit % 8
    assert crc.matches(body, 34)
