# SPDX-License-Identifier: Apache-2.0
"""What rows look like: golden lines at several widths, and nothing from the board that could harm a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.line.wire import CALL_HEAD, EVENT_HEAD, LEASE, LEASED, FrameType
from phosphene_tools.monitor.clock import TimeStyle, WallClock
from phosphene_tools.monitor.entry import note
from phosphene_tools.monitor.palette import ansi, text_of
from phosphene_tools.monitor.rows import Columns, Layout, duration
from phosphene_tools.monitor.screen.pane import clipped
from tests.monitor.spoken import IN, OUT, Spoken, counted, dictionary


def written(line: Spoken, width: int = 120) -> list[str]:
    """The rows without their time, which differs from run to run."""
    layout = Layout(WallClock(), Columns.at(width))
    time = layout.columns.time
    lines = [text_of(part).rstrip() for entry in line.rows for part in layout.lines(entry)]
    return [part[time + 1 :] if time else part for part in lines]


def conversation() -> Spoken:
    line = Spoken()
    line.put(OUT, FrameType.HELLO, 123_456_789, b"\1\0", session=0)
    line.call(1, "exact.decimal", a="1.5", op="*", b="2.25", places=3)
    line.result(1, "exact.decimal", value="3.375", exact=True)
    line.call(2, "gpio.pulses", output="led", count=3, period_ms=100)
    line.put(IN, FrameType.RESULT, 2, b"\4\0")
    line.event(1, "gpio.pulses", 1, b"\4\0\1\0")
    line.event(2, "gpio.pulses", 2, b"\4\0\1\3\0")
    line.call(3, "gpio.write", output="pump", level=True)
    line.put(IN, FrameType.REFUSAL, 3, b"\7pump is behind ENABLE")
    line.put(OUT, FrameType.LEASE, 1, LEASE.pack(1, 2, 3))
    line.put(IN, FrameType.LEASED, 1, LEASED.pack(4, 0, 9))
    line.put(IN, FrameType.GAP, 4, b"\0")
    line.rows.append(note(line.now_ns, line.names, "the line is down"))
    return line


def test_the_columns_of_a_wide_terminal() -> None:
    assert written(conversation()) == [
        "→ HELLO                                      protocol 1.0",
        "→ CALL          #1          exact.decimal    a=1.5 op=* b=2.25 places=3",
        "← RESULT        #1   1.0 ms exact.decimal    value=3.375 exact=true",
        "→ CALL          #2          gpio.pulses      output=led count=3 period_ms=100 ms",
        "← RESULT        #2   1.0 ms gpio.pulses      process 4 started",
        "← EVENT         #1          gpio.pulses      process 4: done=1",
        "← EVENT         #2          gpio.pulses      process 4 done: done=3",
        "→ CALL          #3          gpio.write       output=pump level=true",
        "← REFUSAL       #3   1.0 ms gpio.write       FORBIDDEN – pump is behind ENABLE",
        "→ LEASE         #1                           tick 1, capture 2 ms, inferences 3",
        "← LEASED        #1   1.0 ms                  first, 0 ms left",
        "← GAP           #4                           expects #4: out of order",
        "─ the line is down",
    ]


def test_the_columns_of_a_narrow_terminal() -> None:
    assert written(conversation(), 50)[1:4] == [
        "→ CALL    exact.decimal a=1.5 op=* b=2.25 places=3",
        "← RESULT  exact.decimal 1.0 ms value=3.375 exact=true",
        "→ CALL    gpio.pulses output=led count=3 period_ms=100 ms",
    ]


@pytest.mark.parametrize("width", [20, 40, 56, 64, 72, 80, 100, 200])
def test_titles_stand_above_their_columns(width: int) -> None:
    columns = Columns.at(width)
    title = columns.title()
    row = text_of(Layout(WallClock(), columns).row(conversation().rows[2]))
    assert title.index("type") == row.index("RESULT")
    if columns.id:
        assert title.index("id") == row.index("#1")
    if columns.latency:
        assert title.index("latency") + len("latency") == row.index("ms") + 2
    if columns.task:
        assert title.index("task ") == row.index("exact.decimal")


def test_a_bad_frame_shows_its_reason_what_it_was_and_its_bytes() -> None:
    line = Spoken()
    line.put(IN, FrameType.RESULT, 7, b"ab", spoil=lambda raw: raw.replace(b"ab", b"ac"))
    row, autopsy, dump, rest = written(line)
    assert row == "← BAD                                        crc: the CRC does not match, 19 B"
    assert re.fullmatch(
        r"  CRC [0-9a-f]{8}, computed [0-9a-f]{8}; reads as RESULT #7 of session 77, segment 0x00, major 1", autopsy
    )
    assert dump.startswith("  0000  04 01 83 4d 01 01 02 07 ")
    assert rest.startswith("  0010  ")


def test_hex_is_shown_of_every_frame_on_request() -> None:
    line = Spoken()
    line.put(OUT, FrameType.CALL, 1, CALL_HEAD.pack(0, 1, 0))
    layout = Layout(WallClock(), hex=True)
    lines = [text_of(part) for part in layout.lines(line.rows[0])]
    digits = "".join(re.findall(r"[0-9a-f]{4}  ((?:[0-9a-f]{2} ?)+)", " ".join(lines[1:])))
    assert bytes.fromhex(digits) == line.rows[0].raw


def test_times_of_day_since_the_start_and_between_rows() -> None:
    clock = WallClock()
    at = clock.start_ns + 1_250_000
    assert clock.write(at, TimeStyle.START) == "    0.001250"
    assert clock.write(at, TimeStyle.DELTA, clock.start_ns) == "   +0.001250"
    assert clock.write(at, TimeStyle.DELTA) == "   +0.000000"
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", clock.write(at, TimeStyle.CLOCK))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 µs"), (182e-6, "182 µs"), (0.0123, "12.3 ms"), (0.5, "500 ms"), (1.234, "1.23 s"), (123.4, "123 s")],
)
def test_durations_have_three_digits_and_a_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_no_byte_of_the_board_reaches_the_terminal_as_a_control_character() -> None:
    line = Spoken()
    nasty = "\x1b]0;pwned\x07\x1b[2J\r\n\u202e"
    line.call(1, "gpio.write", output=nasty, level=True)
    line.put(IN, FrameType.REFUSAL, 1, b"\x0c" + nasty.encode())
    line.event(1, "", 3, b"\1" + counted(nasty))
    for entry in line.rows:
        text = text_of(Layout(WallClock()).row(entry))
        assert text.isprintable()
        assert "pwned" in text


@given(
    type_=st.sampled_from([int(kind) for kind in FrameType]),
    payload=st.binary(max_size=192),
    segment=st.integers(0, 255),
    session=st.sampled_from([0, 77]),
)
def test_any_payload_of_any_type_makes_printable_rows(type_: int, payload: bytes, segment: int, session: int) -> None:
    line = Spoken()
    line.call(5, "echo.echo", data=b"x")
    line.put(IN, type_, 5, payload, segment=segment, session=session)
    for entry in line.rows:
        for part in Layout(WallClock(), hex=True).lines(entry):
            assert text_of(part).isprintable()


@given(number=st.integers(0, len(dictionary().tasks)), what=st.integers(0, 5), payload=st.binary(max_size=60))
def test_any_call_and_any_event_of_any_task_makes_a_row(number: int, what: int, payload: bytes) -> None:
    line = Spoken()
    line.put(OUT, FrameType.CALL, 1, CALL_HEAD.pack(0, number, 0) + payload)
    line.put(IN, FrameType.RESULT, 1, payload)
    line.put(IN, FrameType.EVENT, 1, EVENT_HEAD.pack(0, number, 1, what) + payload)
    assert all(text_of(Layout(WallClock()).row(entry)) for entry in line.rows)


@given(st.lists(st.text(alphabet="ab µ→漢字 ", max_size=12), max_size=6), st.integers(1, 40))
def test_a_clipped_line_never_exceeds_its_width(parts: list[str], width: int) -> None:
    from prompt_toolkit.utils import get_cwidth

    line = [("", part) for part in parts]
    short = text_of(clipped(line, width))
    assert get_cwidth(short) <= width
    if get_cwidth(text_of(line).rstrip()) <= width:
        assert short.rstrip() == text_of(line).rstrip()


def test_colours_are_sgr_codes_around_the_same_letters() -> None:
    fragments = Layout(WallClock()).row(conversation().rows[8])
    assert re.sub(r"\x1b\[\d+m", "", ansi(fragments)) == text_of(fragments)
    assert "\x1b[31m" in ansi(fragments)
