# SPDX-License-Identifier: Apache-2.0
"""Routes what the line tells to whoever waits for it: event streams and processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from struct import Struct
from weakref import WeakValueDictionary

from phosphene.errors import LineError
from phosphene.exact.events import Dropped, EventStream, Notice, NoticeKind, StreamItem, TaskEvent
from phosphene.exact.process import Process
from phosphene.exact.results import Results
from phosphene.line import schema
from phosphene.line.channel import Channel
from phosphene.line.dictionary import Dictionary
from phosphene.line.events import Gap, LineEvent, LinkState, StateChange
from phosphene.line.wire import Event, EventKind

_PID = Struct("<H")
_NOTICE = (schema.Field("code", "u8"), schema.Field("text", "text"))


class EventRouter:
    """Decodes each event once. Processes are held weakly: one that nobody keeps needs no events."""

    def __init__(self, channel: Channel, dictionary: Callable[[], Dictionary | None]) -> None:
        self._channel = channel
        self._dictionary = dictionary
        self._streams: set[EventStream] = set()
        self._processes: WeakValueDictionary[tuple[int, int], Process] = WeakValueDictionary()
        self._starting = 0
        self._early: list[Event] = []
        # Taken here and not in `run`: events count from the moment the router was made.
        self._subscription = channel.subscribe()
        self._state = channel.state

    def stream(self, tasks: frozenset[str]) -> EventStream:
        """Return a new stream of the events of these tasks; of all events and notices when there are none."""
        stream = EventStream(tasks, self._streams.discard)
        self._streams.add(stream)
        return stream

    @contextlib.contextmanager
    def starting(self) -> Generator[None]:
        """Keep the events of processes that nobody knows yet: the first can come before the pid."""
        self._starting += 1
        try:
            yield
        finally:
            self._starting -= 1
            if not self._starting:
                self._early.clear()

    def enter(self, process: Process) -> Process:
        """Route events to this process from now on; return the one that is known already, if there is one."""
        known = self._processes.setdefault((process.boot_id, process.pid), process)
        if known is process:
            for event in self._early:
                if _PID.unpack_from(event.payload)[0] == process.pid:
                    process.take(event)
        return known

    async def run(self) -> None:
        """Route until the channel is closed, then end the streams and wake the processes."""
        try:
            async for item in self._subscription:
                self._route(item)
        finally:
            self.close()

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()
        for stream in tuple(self._streams):
            stream.close()
        for process in tuple(self._processes.values()):
            process.doubt()

    def _route(self, item: LineEvent) -> None:
        if isinstance(item, Gap):
            self._hole(Dropped(item.missed, "they were lost on the way"))
        elif isinstance(item, StateChange):
            self._on_change(item)
        elif item.what in (EventKind.PROGRESS, EventKind.FINISHED):
            self._on_process(item)
        else:
            self._on_event(item)

    def _on_change(self, change: StateChange) -> None:
        before, self._state = self._state, change.state
        # After a flash pause the session goes on, and its sequence tells what is missing; after anything else
        # nobody can know how many events there were.
        if change.state is not LinkState.UP or change.hello is None or before is LinkState.PAUSED:
            return
        for process in tuple(self._processes.values()):
            if process.boot_id != change.hello.boot_id:
                process.lose(f"the board was reset ({change.hello.cause})")
        self._hole(Dropped(None, change.reason))

    def _hole(self, hole: Dropped) -> None:
        self._tell(hole, lambda _: True)
        for process in tuple(self._processes.values()):
            process.doubt()

    def _on_process(self, event: Event) -> None:
        if len(event.payload) < _PID.size + (event.what == EventKind.FINISHED):
            self._hole(Dropped(1, "the event of a process does not decode"))
            return
        key = (self._channel.hello.boot_id, _PID.unpack_from(event.payload)[0])
        process = self._processes.get(key)
        if process is not None:
            process.take(event)
        elif self._starting:
            self._early.append(event)

    def _on_event(self, event: Event) -> None:
        try:
            if event.what == EventKind.NOTICE:
                self._tell(_notice(event), lambda stream: stream.wants_notices)
            elif event.what == EventKind.DECLARED:
                told = self._declared(event)
                self._tell(told, lambda stream: stream.wants(told.task))
        except LineError as error:
            self._hole(Dropped(1, error.message))

    def _declared(self, event: Event) -> TaskEvent:
        """Return the event by name. Raises LineError when the dictionary does not fit it."""
        dictionary = self._dictionary()
        if dictionary is None or event.task >= len(dictionary.tasks):
            raise LineError(f"an event of task {event.task}, which is not in the dictionary")
        task = dictionary.tasks[event.task]
        values = schema.decode(task.event, event.payload, task.name)
        return TaskEvent(task.name, event.seq, event.time_us, Results(task, task.event, values))

    def _tell(self, item: StreamItem, to: Callable[[EventStream], bool]) -> None:
        for stream in tuple(self._streams):
            if to(stream):
                stream.put(item)


def _notice(event: Event) -> Notice:
    values = schema.decode(_NOTICE, event.payload, "a notice of the board")
    code = int(values["code"])  # pyright: ignore[reportArgumentType]
    kind = NoticeKind(code) if code in NoticeKind.__members__.values() else NoticeKind.OTHER
    return Notice(kind, str(values["text"]), event.seq, event.time_us)
