# SPDX-License-Identifier: Apache-2.0
"""Records are decoded in order wherever the stream is cut, and both ends of the wire mean the same by a number."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from phosphene_tools import sim
from phosphene_tools.sim import peripherals
from phosphene_tools.sim.records import FLOATING, SIZE, WITH_PAYLOAD, Decoder, FromFirmware, ToFirmware, code, encode

SHIM = Path(sim.__file__).parent / "shim"

Record = tuple[FromFirmware, int, int, int, bytes]


def constants(file: str) -> dict[str, int]:
    """Return the numbers that a shim module assigns to names."""
    found: dict[str, int] = {}
    for statement in ast.parse((SHIM / file).read_text()).body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, int):
                        found[name.id] = value.value
    return found


def test_both_ends_have_the_same_numbers() -> None:
    link = constants("sim_link.py")
    for op in (*FromFirmware, *ToFirmware):
        assert link[op.name] == op, op
    assert link["FLOATING"] == FLOATING
    assert constants("sim_bus.py")["_I2C_DEVICE"] == peripherals.I2C
    assert constants("onewire.py")["_ONE_WIRE_DEVICE"] == peripherals.ONE_WIRE
    assert constants("sim_flash.py")["_FLASH_DEVICE"] == peripherals.FLASH


@st.composite
def records(draw: st.DrawFn) -> Record:
    op = draw(st.sampled_from(FromFirmware))
    payload = draw(st.binary(max_size=100)) if op in WITH_PAYLOAD else b""
    value = draw(st.integers(0, 0xFFFF if op in WITH_PAYLOAD else (1 << 45) - 1))
    return op, draw(st.integers(0, 255)), value, draw(st.integers(0, (1 << 62) - 1)), payload


def wire(record: Record) -> bytes:
    op, unit, value, time_us, payload = record
    head = (code(op, unit, value) | len(payload) << 32).to_bytes(8, "little") + time_us.to_bytes(8, "little")
    return head + payload + bytes(-len(payload) % SIZE)


@given(st.lists(records(), max_size=20), st.lists(st.integers(1, 50), max_size=30))
def test_the_stream_may_be_cut_anywhere(sent: list[Record], cuts: list[int]) -> None:
    got: list[Record] = []
    decoder = Decoder({}, lambda *record: got.append(record))
    stream = b"".join(wire(record) for record in sent)
    for cut in cuts:
        decoder.feed(stream[:cut])
        stream = stream[cut:]
    decoder.feed(stream)
    assert got == sent


def test_a_handler_takes_its_exact_record_in_turn() -> None:
    got: list[object] = []
    decoder = Decoder({code(FromFirmware.LEVEL, 12, 1): got.append}, lambda *record: got.append(record[:3]))
    first, second = (FromFirmware.LEVEL, 12, 1, 5, b""), (FromFirmware.LEVEL, 12, 0, 6, b"")
    decoder.feed(wire(first) + wire(second) + wire(first))
    assert got == [5, (FromFirmware.LEVEL, 12, 0), 5]


def test_records_for_the_firmware_are_whole() -> None:
    for size in (0, 1, 15, 16, 17, 4096):
        record = encode(ToFirmware.REPLY, 5, 77, bytes(size))
        assert len(record) % SIZE == 0
        assert int.from_bytes(record[:8], "little") == ToFirmware.REPLY | 5 << 8 | 77 << 16 | size << 32
