# SPDX-License-Identifier: Apache-2.0
"""One client's calls on their way through the broker: from its messages to the link, and the answers back."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import cast

from phosphene.errors import LineError
from phosphene.line.broker import failure
from phosphene.line.broker.journal import SentJournal
from phosphene.line.broker.messages import CALL, CANCEL, FAILED, RESULT, SLOTS, Kind, Malformed, pack, split
from phosphene.line.broker.outgoing import Outgoing
from phosphene.line.broker.owned_link import OwnedLink
from phosphene.line.call import Call

Admit = Callable[[int, bytes], None]
_IDEMPOTENT = 1


class PassingCalls:
    """Holds at most SLOTS calls, by the slots that the client chose. `admit` raises a LineError for what it may not."""

    def __init__(self, link: OwnedLink, out: Outgoing, journal: SentJournal, admit: Admit) -> None:
        self.count = 0
        self._link = link
        self._out = out
        self._journal = journal
        self._admit = admit
        self._under_way: dict[int, tuple[int, Call]] = {}  # by slot: serial, call

    def __len__(self) -> int:
        return len(self._under_way)

    def on_call(self, payload: bytes) -> None:
        """Take a CALL. Raises Malformed."""
        (slot, serial, task, flags, longest_ms, deadline, hash_), args = split(CALL, payload)
        if slot >= SLOTS or slot in self._under_way or not serial or not math.isfinite(deadline):
            raise Malformed(f"a call with slot {slot}, serial {serial}, deadline {deadline}")
        try:
            self._admit(task, cast("bytes", hash_))
        except LineError as error:
            self._out.tell(pack(Kind.FAILED, FAILED.pack(slot, serial), failure.pack(error)))
            return
        call = Call(
            task,
            args,
            settle=partial(self._settle, slot),
            expires=deadline,
            idempotent=bool(flags & _IDEMPOTENT),
            longest=longest_ms / 1000,
            on_sent=partial(self._journal.note, slot, serial),
        )
        self._under_way[slot] = serial, call
        self.count += 1
        self._link.submit(call)

    def on_cancel(self, payload: bytes) -> None:
        """Take a CANCEL. Raises Malformed."""
        (slot, serial), _ = split(CANCEL, payload)
        # The answer may have crossed the cancellation; the slot is then free already.
        if self._under_way.get(slot, (0, None))[0] == serial:
            self._link.withdraw(self._under_way.pop(slot)[1])

    def drop(self) -> None:
        """The client leaves. What was not sent never is; of what was sent nobody hears the answer."""
        for _, call in self._under_way.values():
            self._link.withdraw(call)
        self._under_way.clear()

    def _settle(self, slot: int, outcome: bytes | LineError) -> None:
        serial, call = self._under_way.pop(slot)
        if isinstance(outcome, LineError):
            self._out.tell(pack(Kind.FAILED, FAILED.pack(slot, serial), failure.pack(outcome)))
        else:
            name = RESULT.pack(slot, serial, call.boot_id, call.session, call.id)
            self._out.tell(pack(Kind.RESULT, name, outcome))
