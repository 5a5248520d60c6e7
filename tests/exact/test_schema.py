# SPDX-License-Identifier: Apache-2.0
"""Declared arguments and results: what goes out comes back, and what is wrong is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.errors import BadArgument, LineError, OutOfRange
from phosphene.line.schema import Field, decode, encode

VALUES = {
    "bool": st.booleans(),
    "u8": st.integers(0, 2**8 - 1),
    "u16": st.integers(0, 2**16 - 1),
    "u32": st.integers(0, 2**32 - 1),
    "u64": st.integers(0, 2**64 - 1),
    "i32": st.integers(-(2**31), 2**31 - 1),
    "i64": st.integers(-(2**63), 2**63 - 1),
    "choice": st.sampled_from(["off", "on", "auto"]),
    "int": st.integers(),
    "decimal": st.builds(lambda n, places: Decimal(f"{n}E-{places}"), st.integers(), st.integers(0, 40)),
    "text": st.text(),
    "bytes": st.binary(),
}


def field(kind: str, **more: object) -> Field:
    choices = ("off", "on", "auto") if kind == "choice" else ()
    return Field("x", kind, choices=choices, **more)  # type: ignore[arg-type]


@given(st.data())
def test_every_kind_comes_back(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=6))
    fields = [
        Field(f"f{n}", kind, choices=("off", "on", "auto") if kind == "choice" else ()) for n, kind in enumerate(kinds)
    ]
    values = {f"f{n}": data.draw(VALUES[kind]) for n, kind in enumerate(kinds)}
    assert decode(fields, encode(fields, values, "t"), "t") == values


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        ("bool", True, b"\x01"),
        ("u16", 0x1234, b"\x34\x12"),
        ("i32", -2, b"\xfe\xff\xff\xff"),
        ("choice", "auto", b"\x02"),
        ("int", -(10**20), b"\x16\x00-100000000000000000000"),
        ("decimal", Decimal("-1.50"), b"\x05\x00-1.50"),
        # A decimal is a number: zeros before it are not kept, zeros behind it are.
        ("decimal", "007.0", b"\x03\x007.0"),
        ("decimal", Decimal("1E+3"), b"\x04\x001000"),
        ("decimal", Decimal("1E-7"), b"\x09\x000.0000001"),
        ("text", "µs", b"\x03\x00\xc2\xb5s"),
        ("bytes", b"\x00\xff", b"\x02\x00\x00\xff"),
    ],
)
def test_the_bytes_are_those_of_the_protocol_page(kind: str, value: object, wire: bytes) -> None:
    assert encode([field(kind)], {"x": value}, "t") == wire


def test_an_integer_of_ten_thousand_digits_survives() -> None:
    number = 7**12_000
    fields = [field("int")]
    assert decode(fields, encode(fields, {"x": number}, "t"), "t") == {"x": number}


@pytest.mark.parametrize(
    ("kind", "value", "named"),
    [
        ("bool", 1, "True or False"),
        ("u8", "1", "an int"),
        ("u8", True, "an int"),
        ("u8", 1.0, "an int"),
        ("choice", "aut", "'off', 'on', 'auto'"),
        ("int", Decimal(1), "an int"),
        ("decimal", 1.5, "a float is not exact"),
        ("decimal", "1.", "digits"),
        ("decimal", ".5", "digits"),
        ("decimal", "1e5", "digits"),
        ("decimal", "١", "digits"),
        ("decimal", Decimal("NaN"), "finite"),
        ("text", b"abc", "a str"),
        ("text", "\ud800", "surrogate"),
        ("bytes", "abc", "bytes"),
    ],
)
def test_a_wrong_type_is_named(kind: str, value: object, named: str) -> None:
    with pytest.raises(BadArgument, match="x: ") as error:
        encode([field(kind)], {"x": value}, "exact.decimal")
    assert named in str(error.value)
    assert error.value.place == "exact.decimal"
    assert error.value.cure.startswith("x takes ")


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (field("u8"), 256),
        (field("u64"), -1),
        (field("i64"), 2**63),
        (field("u16", min=2, max=10), 1),
        (field("u16", min=2, max=10), 11),
        (field("int", max=3), -1000),
        (field("decimal", max=3), "10.00"),
        (field("decimal", max=3), Decimal("1E+900000000")),
        (field("text", max=2), "µµ"),
        (field("bytes", min=16, max=16), b"short"),
        (field("bytes"), bytes(65_536)),
    ],
)
def test_out_of_range_says_what_is_allowed(declared: Field, value: object) -> None:
    with pytest.raises(OutOfRange) as error:
        encode([declared], {"x": value}, "t")
    assert error.value.cure.startswith("x takes ")
    assert len(str(error.value)) < 200


def test_an_integer_too_long_for_its_length_field_is_out_of_range() -> None:
    with pytest.raises(OutOfRange, match="at most 65535 bytes"):
        encode([field("int")], {"x": 7**80_000}, "t")


def test_bounds_themselves_are_allowed() -> None:
    assert encode([field("int", max=3)], {"x": -999}, "t") == b"\x04\x00-999"
    assert encode([field("decimal", max=3)], {"x": "-1.25"}, "t") == b"\x05\x00-1.25"
    assert encode([field("u16", min=2, max=10)], {"x": 10}, "t") == b"\x0a\x00"


def test_missing_and_unknown_arguments_are_named() -> None:
    fields = [Field("count", "u16"), Field("period_ms", "u16", min=2, unit="ms")]
    with pytest.raises(BadArgument, match=r"period_ms is missing.*period_ms takes u16 of at least 2 ms"):
        encode(fields, {"count": 1}, "gpio.pulses")
    with pytest.raises(BadArgument, match=r"perod_ms is not known.*did you mean period_ms\?"):
        encode(fields, {"count": 1, "period_ms": 2, "perod_ms": 3}, "gpio.pulses")
    with pytest.raises(BadArgument, match="it takes no arguments"):
        encode([], {"x": 1}, "board.clock")


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        ("bool", b"\x02"),
        ("u32", b"\x00\x00\x00"),
        ("choice", b"\x03"),
        ("int", b"\x02\x001_"),
        ("int", b"\x00\x00"),
        ("decimal", b"\x02\x001."),
        ("text", b"\x01\x00\xff"),
        ("text", b"\x02\x00a"),
        ("bytes", b"\x01"),
        ("u8", b"\x01\x02"),
        ("u8", b""),
    ],
)
def test_bytes_that_do_not_decode_are_an_error_of_the_line(kind: str, wire: bytes) -> None:
    with pytest.raises(LineError, match="do not decode"):
        decode([field(kind)], wire, "t")


@given(st.binary(max_size=40), st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4))
def test_random_bytes_decode_or_are_refused_and_nothing_else(wire: bytes, kinds: list[str]) -> None:
    fields = [Field(f"f{n}", kind, choices=("a", "b") if kind == "choice" else ()) for n, kind in enumerate(kinds)]
    try:
        values = decode(fields, wire, "t")
    except LineError:
        return
    again = encode(fields, values, "t")
    assert decode(fields, again, "t") == values


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "on", True),
        ("u8", "0x10", 16),
        ("int", "-12", -12),
        ("decimal", "1.50", Decimal("1.50")),
        ("choice", "auto", "auto"),
        ("text", "0x", "0x"),
        ("bytes", "0x00ff", b"\x00\xff"),
        ("bytes", "hello", b"hello"),
    ],
)
def test_what_a_person_types_is_read(kind: str, text: str, value: object) -> None:
    assert field(kind).read(text, "t") == value


@pytest.mark.parametrize(
    ("kind", "text"), [("bool", "maybe"), ("u8", "ten"), ("int", "1.5"), ("decimal", "pi"), ("bytes", "0x0")]
)
def test_what_a_person_mistypes_is_named(kind: str, text: str) -> None:
    with pytest.raises(BadArgument, match="x: expected"):
        field(kind).read(text, "t")


@pytest.mark.parametrize(
    "declared",
    [
        {"kind": "u12"},
        {"kind": "u8", "choices": ("a",)},
        {"kind": "choice"},
        {"kind": "choice", "choices": ("a", "a")},
        {"kind": "bool", "max": 1},
        {"kind": "u8", "max": 256},
        {"kind": "u8", "min": 5, "max": 4},
        {"kind": "u8", "name": "Not a name"},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(declared: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Field(**{"name": "x", **declared})  # type: ignore[arg-type]
