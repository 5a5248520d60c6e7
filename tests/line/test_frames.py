# SPDX-License-Identifier: Apache-2.0
"""Framing under every cut, every flipped bit and arbitrary bytes."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.line import cobs
from phosphene.line.frame import Frame, FrameError, FrameReader, decode, encode
from phosphene.line.segments import MESSAGE_MAX, Assembler, split, wire_size
from phosphene.line.wire import MORE, NUMBER_MAX, PAYLOAD_MAX
from tests.line.make_vectors import cobs as naive_cobs

numbers = st.integers(0, NUMBER_MAX)
frames = st.builds(Frame, st.integers(0, 255), numbers, numbers, st.integers(0, 255), st.binary(max_size=PAYLOAD_MAX))


@given(st.binary(max_size=700) | st.integers(250, 260).map(lambda n: b"\x01" * n))
def test_cobs_agrees_with_the_naive_one_and_comes_back(data: bytes) -> None:
    stuffed = cobs.encode(data)
    assert stuffed == naive_cobs(data)
    assert b"\0" not in stuffed
    assert cobs.decode(stuffed) == data


@given(st.binary(max_size=300))
def test_whatever_cobs_decodes_it_encodes_to_the_same_or_an_equal(data: bytes) -> None:
    try:
        plain = cobs.decode(data)
    except cobs.CobsError:
        return
    assert cobs.decode(cobs.encode(plain)) == plain


@given(frames)
def test_frames_come_back(frame: Frame) -> None:
    wire = encode(*frame)
    assert wire.count(0) == 1
    assert wire.endswith(b"\0")
    assert len(wire) == wire_size(len(frame.payload))
    assert decode(wire[:-1]) == frame


def test_numbers_beyond_a_frame_are_refused() -> None:
    for bad in ((1, NUMBER_MAX + 1, 0), (1, 0, NUMBER_MAX + 1)):
        with pytest.raises(ValueError, match="beyond a frame"):
            encode(*bad)
    with pytest.raises(ValueError, match="beyond a frame"):
        encode(1, 0, 0, 0, bytes(PAYLOAD_MAX + 1))


STREAM = (
    Frame(0x83, 5, 1, 0, b""),
    Frame(0x83, 5, 2, 0, bytes(range(192))),
    Frame(0x85, 5, 3, 0, b"\0\0\0"),
)
STREAM_WIRE = b"".join(encode(*frame) for frame in STREAM)


def test_every_cut_of_a_stream_gives_the_same_frames() -> None:
    for cut in range(len(STREAM_WIRE) + 1):
        reader = FrameReader()
        found = reader.feed(STREAM_WIRE[:cut]) + reader.feed(STREAM_WIRE[cut:])
        assert tuple(found) == STREAM
        assert not reader.mid_frame


def test_byte_by_byte() -> None:
    reader = FrameReader()
    found = [item for byte in STREAM_WIRE for item in reader.feed(bytes((byte,)))]
    assert tuple(found) == STREAM


def test_every_flipped_bit_costs_only_the_frames_that_it_touches() -> None:
    first, last = STREAM[0], STREAM[-1]
    middle_begins = len(encode(*first))
    middle_ends = len(STREAM_WIRE) - len(encode(*last))
    for at in range(middle_begins, middle_ends - 1):
        for bit in range(8):
            wire = bytearray(STREAM_WIRE)
            wire[at] ^= 1 << bit
            reader = FrameReader()
            found = reader.feed(bytes(wire))
            assert [item for item in found if isinstance(item, Frame)] == [first, last]
            assert reader.evidence.bad_frames >= 1


def test_a_reader_is_in_step_after_any_missing_stretch() -> None:
    for start in range(len(STREAM_WIRE)):
        for end in range(start + 1, len(STREAM_WIRE) + 1, 7):
            reader = FrameReader()
            found = reader.feed(STREAM_WIRE[:start] + STREAM_WIRE[end:] + b"\0" + STREAM_WIRE)
            assert [item for item in found if isinstance(item, Frame)][-3:] == list(STREAM)


@given(st.lists(st.binary(max_size=400), max_size=6), st.data())
def test_arbitrary_bytes_cut_anywhere_do_not_break_the_reader(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    whole, cut = FrameReader(), FrameReader()
    expected = whole.feed(stream) + whole.feed(b"\0" + STREAM_WIRE)
    found = [
        item
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)
        for item in cut.feed(stream[start:end])
    ]
    found += cut.feed(b"\0" + STREAM_WIRE)
    assert tuple(found[-3:]) == STREAM
    assert [x for x in found if isinstance(x, Frame)] == [x for x in expected if isinstance(x, Frame)]
    assert cut.evidence == whole.evidence
    assert cut.evidence.rx_bytes == len(stream) + 1 + len(STREAM_WIRE)
    # Every stretch between delimiters is accounted for, once.
    assert len([x for x in found if isinstance(x, FrameError)]) == cut.evidence.bad_frames


def test_endless_noise_takes_no_memory_and_is_told_once() -> None:
    reader = FrameReader()
    found = [item for _ in range(1000) for item in reader.feed(b"\x55" * 1000)]
    assert len(found) == 1
    assert reader.evidence.too_long == 1
    assert reader.feed(b"\x55\0" + encode(*STREAM[0])) == [STREAM[0]]


@given(st.binary(max_size=2500))
def test_messages_come_back_from_their_segments(message: bytes) -> None:
    pieces = split(message)
    assembler = Assembler()
    whole = [assembler.add(*piece) for piece in pieces]
    assert whole[:-1] == [None] * (len(pieces) - 1)
    assert whole[-1] == message
    assert wire_size(len(message)) == sum(len(encode(3, 1, 1, *piece)) for piece in pieces)


def test_segments_in_any_order_and_repeated() -> None:
    message = bytes(range(256)) * 3
    pieces = split(message)
    assert len(pieces) == 4
    for order in permutations(pieces):
        assembler = Assembler()
        results = [assembler.add(*piece) for piece in (*order[:2], *order)]
        assert results[-1] == message
        assert results[:-1] == [None] * 5


def test_a_segment_that_is_not_full_but_says_more_is_ignored() -> None:
    assembler = Assembler()
    assert assembler.add(0 | MORE, b"short") is None
    assert assembler.add(1, b"end") is None
    assert assembler.add(0 | MORE, b"x" * PAYLOAD_MAX) == b"x" * PAYLOAD_MAX + b"end"


def test_segments_that_contradict_the_others_are_ignored() -> None:
    full = b"x" * PAYLOAD_MAX
    assembler = Assembler()
    assert assembler.add(1 | MORE, full) is None
    assert assembler.add(0, b"a last one before it") is None
    assert assembler.add(2, b"end") is None
    assert assembler.add(1, b"another last one") is None
    assert assembler.add(3 | MORE, full) is None
    assert assembler.add(2 | MORE, full) is None
    assert assembler.add(0 | MORE, full) == 2 * full + b"end"


@given(st.lists(st.tuples(st.integers(0, 255), st.sampled_from([b"", b"x", b"y" * PAYLOAD_MAX])), max_size=40))
def test_arbitrary_segments_do_not_break_the_assembler(pieces: list[tuple[int, bytes]]) -> None:
    assembler = Assembler()
    for piece in pieces:
        whole = assembler.add(*piece)
        if whole is not None:
            assert assembler.has_last
            return


def test_the_longest_message() -> None:
    assert len(split(bytes(MESSAGE_MAX))) == 128
    with pytest.raises(ValueError, match="do not fit"):
        split(bytes(MESSAGE_MAX + 1))
