# SPDX-License-Identifier: Apache-2.0
"""Turns the tap's frames into rows: pairs replies with what they answer, joins segments, notices repeats and holes."""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from phosphene.line.frame import Frame, FrameError
from phosphene.line.segments import Assembler
from phosphene.line.tap import TapRecord
from phosphene.line.wire import CALL_HEAD, EVENT_HEAD, MORE, EventKind, FrameType
from phosphene_tools.monitor.entry import BAD, Entry, Grade, Names

# What an answer answers. A refusal answers a call, or an OPEN when it stands outside a session.
_ANSWERS: Final = {
    FrameType.WELCOME: FrameType.HELLO,
    FrameType.OPENED: FrameType.OPEN,
    FrameType.RESULT: FrameType.CALL,
    FrameType.REFUSAL: FrameType.CALL,
    FrameType.LEASED: FrameType.LEASE,
    FrameType.PAUSED: FrameType.PAUSE,
    FrameType.CLOSED: FrameType.CLOSE,
}
_SESSIONLESS: Final = frozenset((FrameType.WELCOME, FrameType.OPENED, FrameType.HELLO, FrameType.OPEN))
_ASKED: Final = frozenset(_ANSWERS.values())
_IN_SEGMENTS: Final = frozenset((FrameType.CALL, FrameType.RESULT, FrameType.REFUSAL))
_QUIET: Final = frozenset((FrameType.LEASE, FrameType.LEASED, FrameType.HELLO))
# The bytes of a WELCOME that only a reset or a change of the safe state changes: flags and boot id.
_HEARTBEAT: Final = slice(2, 8)
_TYPES: Final = {int(kind): kind for kind in FrameType}

# Questions that are remembered. The window is a few dozen calls, so this covers a line that loses most answers.
_REMEMBERED: Final = 1024

# Where an event tells how its process ended, and the ends that nobody asked for: failed, made safe.
_STATE_AT: Final = EVENT_HEAD.size + 2
_UNHAPPY: Final = (b"\x03", b"\x04")

Key = tuple[int, int, int]


@dataclass(slots=True)
class _Asked:
    """A question on the line. `at_ns` is its first sending; `sent` counts the sendings per segment."""

    at_ns: int
    task: int = -1
    sent: dict[int, int] = field(default_factory=dict[int, int])
    answers: int = 0
    whole: Assembler | None = None
    reply: Assembler | None = None


class Trace:
    """Follows one line. Feed it every frame of both directions, in order."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._asked: OrderedDict[Key, _Asked] = OrderedDict()
        self._session = -1
        self._event = 0
        self._dropped = 0
        self._welcome = b""

    def row(self, record: TapRecord) -> Entry:
        """Return the row of one frame."""
        frame = record.frame
        if isinstance(frame, FrameError):
            bad, text, grade = frame.kind, frame.text, Grade.ERROR
            return Entry(record.at_ns, record.direction, BAD, self.names, record.raw, grade=grade, text=text, bad=bad)
        kind = _TYPES.get(frame.type)
        entry = Entry(
            record.at_ns,
            record.direction,
            kind.name if kind else f"0x{frame.type:02x}",
            self.names,
            record.raw,
            frame.session,
            frame.request,
            frame.segment,
            frame.payload,
        )
        if kind is None:
            entry.grade, entry.text = Grade.ERROR, "a type that this end does not know"
        elif kind in _ASKED:
            self._question(entry, kind, frame)
        elif kind in _ANSWERS:
            self._answer(entry, kind, frame)
        elif kind is FrameType.EVENT:
            self._event_row(entry, frame)
        elif kind is FrameType.GAP:
            entry.grade = Grade.TROUBLE
        if kind is FrameType.WELCOME:
            self._heartbeat(entry, frame)
        if kind in _QUIET:
            entry.grade = Grade.DIM if entry.attempt == 1 else entry.grade
        elif entry.message is None and entry.grade is Grade.PLAIN:
            entry.grade = Grade.DIM
        return entry

    def _heartbeat(self, entry: Entry, frame: Frame) -> None:
        """A WELCOME that tells nothing new is the host's way to sample the clock: housekeeping."""
        told = frame.payload[_HEARTBEAT]
        if told == self._welcome:
            entry.grade = Grade.DIM
        self._welcome = told

    def _question(self, entry: Entry, kind: FrameType, frame: Frame) -> None:
        key = (kind, 0 if kind in _SESSIONLESS else frame.session, frame.request)
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = _Asked(entry.at_ns)
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        entry.attempt = asked.sent[frame.segment] = asked.sent.get(frame.segment, 0) + 1
        if entry.attempt > 1 and kind is not FrameType.PAUSE:
            # The firmware repeats PAUSE until it is answered: that is its way, not a loss.
            entry.grade = Grade.TROUBLE
        if kind is FrameType.CALL:
            self._call(entry, asked, frame)

    def _call(self, entry: Entry, asked: _Asked, frame: Frame) -> None:
        if not frame.segment & ~MORE and len(frame.payload) >= CALL_HEAD.size:
            asked.task = CALL_HEAD.unpack_from(frame.payload)[1]
        entry.task = asked.task
        if frame.segment:
            asked.whole = asked.whole or Assembler()
            entry.message = asked.whole.add(frame.segment, frame.payload)
            if entry.message is not None:
                asked.whole = None

    def _answer(self, entry: Entry, kind: FrameType, frame: Frame) -> None:
        question = _ANSWERS[kind]
        if kind is FrameType.REFUSAL:
            entry.grade = Grade.ERROR
            if not frame.session:
                question = FrameType.OPEN
        key = (question, 0 if question in _SESSIONLESS else frame.session, frame.request)
        asked = self._asked.get(key)
        if kind in _IN_SEGMENTS and frame.segment:
            # Without its question a message can't be told from a later one of the same id: a fresh start each time.
            assembler = (asked.reply if asked else None) or Assembler()
            entry.message = assembler.add(frame.segment, frame.payload)
            if asked:
                asked.reply = None if entry.message is not None else assembler
        if asked is None:
            return
        entry.task = asked.task
        if not frame.segment & MORE:
            entry.latency_ns = entry.at_ns - asked.at_ns
            asked.answers += 1
            entry.attempt = asked.answers
            if entry.attempt > 1:
                entry.grade = max(entry.grade, Grade.TROUBLE)

    def _event_row(self, entry: Entry, frame: Frame) -> None:
        try:
            dropped, task, _, what = EVENT_HEAD.unpack_from(frame.payload)
        except struct.error:
            entry.grade, entry.text = Grade.ERROR, "the event's head is cut short"
            return
        if what != EventKind.NOTICE:
            entry.task = task
        if self._session < 0:
            # Attached in the middle of a session: what was before was not ours to see.
            self._session, self._event, self._dropped = frame.session, frame.request - 1, dropped
        elif frame.session != self._session:
            self._session, self._event, self._dropped = frame.session, 0, 0
        missed = frame.request - self._event - 1
        let_go = (dropped - self._dropped) & 0xFFFF
        words = [f"{missed} lost on the way before it"] if missed > 0 else []
        words += [f"the board let go of {let_go}"] if let_go else []
        if missed < 0:
            words = ["out of order"]
        else:
            self._event, self._dropped = frame.request, dropped
        if words:
            entry.grade, entry.text = Grade.TROUBLE, ", ".join(words)
        elif what == EventKind.NOTICE or (what == EventKind.FINISHED and frame.payload[_STATE_AT:][:1] in _UNHAPPY):
            entry.grade = Grade.TROUBLE
