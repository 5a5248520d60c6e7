# SPDX-License-Identifier: Apache-2.0
"""The frames of tasks: calls, results, refusals and events, by the dictionary (PROTOCOL.md, sections 5 to 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from phosphene.errors import LineError
from phosphene.line.dictionary import Task
from phosphene.line.wire import CALL_HEAD, U16, Event, EventKind, MalformedMessage, RefusalCode
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.meaning import Meaning, Reader, name_of, named_values, size
from phosphene_tools.monitor.values import printable

PROCESS_STATES: Final = ("running", "done", "aborted", "failed", "made safe")
_NOTICES: Final = {1: "lease lost", 2: "made safe", 3: "fault", 4: "disarmed"}


def _task(entry: Entry) -> Task | None:
    known = entry.names.dictionary
    return known.tasks[entry.task] if known and 0 <= entry.task < len(known.tasks) else None


def _call(entry: Entry, message: bytes) -> Meaning:
    back, number, deadline = CALL_HEAD.unpack_from(message)
    data = message[CALL_HEAD.size :]
    task = _task(entry)
    meaning = named_values("args", task.args, data, entry) if task else Meaning(head=size(data))
    meaning.facts |= {"task_number": number, "back": back, "deadline_ms": deadline}
    return meaning


def _result(entry: Entry, message: bytes) -> Meaning:
    task = _task(entry)
    if task is None:
        return Meaning(head=size(message))
    if task.is_process:
        (pid,) = U16.unpack(message)
        return Meaning(head=f"process {pid} started", facts={"pid": pid})
    return named_values("results", task.results, message, entry)


def _refusal(_entry: Entry, message: bytes) -> Meaning:
    if not message:
        raise MalformedMessage("a refusal without its code")
    code, text = message[0], printable(message[1:].decode())
    name = name_of(RefusalCode, code)
    return Meaning(head=name, text=text, facts={"code": code, "refusal": name})


def _event(entry: Entry, message: bytes) -> Meaning:
    event = Event.decode(entry.request, message)
    meaning = _EVENTS.get(event.what, _undeclared)(entry, event)
    meaning.facts = {"time_us": event.time_us, "dropped": event.dropped} | meaning.facts
    return meaning


def _undeclared(_entry: Entry, event: Event) -> Meaning:
    return Meaning(head=f"event of kind {event.what}, {size(event.payload)}", facts={"event": event.what})


def _declared(entry: Entry, event: Event) -> Meaning:
    task = _task(entry)
    meaning = named_values("values", task.event, event.payload, entry) if task else Meaning(head=size(event.payload))
    meaning.facts["event"] = "declared"
    return meaning


def _progress(entry: Entry, event: Event) -> Meaning:
    (pid,) = U16.unpack_from(event.payload)
    task, data = _task(entry), event.payload[2:]
    meaning = named_values("progress", task.progress, data, entry) if task else Meaning()
    meaning.head = f"process {pid}"
    meaning.facts |= {"event": "progress", "pid": pid}
    return meaning


def _finished(entry: Entry, event: Event) -> Meaning:
    (pid,) = U16.unpack_from(event.payload)
    if len(event.payload) < 3:
        raise MalformedMessage("a finished process without its state")
    state, data = event.payload[2], event.payload[3:]
    name = PROCESS_STATES[state] if state < len(PROCESS_STATES) else f"state {state}"
    task, meaning = _task(entry), Meaning()
    if name != "done":
        meaning.text = _counted_text(data)
    elif task:
        try:
            meaning = named_values("results", task.results, data, entry)
        except LineError:
            # An event holds 179 bytes: of longer results it brings the beginning, and board.process the rest.
            meaning.text = "results too long for an event; board.process has them"
    meaning.head = f"process {pid} {name}"
    meaning.facts |= {"event": "finished", "pid": pid, "state": name}
    return meaning


def _notice(_entry: Entry, event: Event) -> Meaning:
    if not event.payload:
        raise MalformedMessage("a notice without its code")
    code, text = event.payload[0], _counted_text(event.payload[1:])
    name = _NOTICES.get(code, f"notice {code}")
    return Meaning(head=name, text=text, facts={"event": "notice", "notice": name})


def _counted_text(data: bytes) -> str:
    (length,) = U16.unpack_from(data)
    return printable(data[2 : 2 + length].decode())


_EVENTS: Final[dict[int, Callable[[Entry, Event], Meaning]]] = {
    EventKind.DECLARED: _declared,
    EventKind.PROGRESS: _progress,
    EventKind.FINISHED: _finished,
    EventKind.NOTICE: _notice,
}
READERS: Final[dict[str, Reader]] = {
    "CALL": _call,
    "RESULT": _result,
    "REFUSAL": _refusal,
    "EVENT": _event,
}
