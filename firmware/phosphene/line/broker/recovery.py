# SPDX-License-Identifier: Apache-2.0
"""After a broker died: what became of the calls that it had, asked of the board through the next one."""

from __future__ import annotations

import asyncio
from struct import error as StructError

from phosphene.errors import LineError
from phosphene.line.broker.calls import CallTable, ClientCall
from phosphene.line.broker.journal import Sent
from phosphene.line.wire import OUTCOME_ARGS, OUTCOME_RESULT, TASK_OUTCOME, Hello, Outcome

_INQUIRY_S = 2.0


async def recover(table: CallTable, hello: Hello) -> None:
    """Settle the lost calls of `table` whose outcome is known, and let the others be sent again, in order.

    What was never sent, and what is idempotent, is sent again. Of the rest the same boot knows the session before
    the open one: `never` is proof. Another boot knows nothing.
    """
    again: list[ClientCall] = []
    for call in tuple(table.lost):
        if call.sent is None or call.idempotent:
            again.append(call)
        elif call.sent.boot_id != hello.boot_id:
            call.settle(call.unknown("the broker died, and the board was reset"))
        else:
            outcome, pid = await _ask(table, call.sent, hello)
            if outcome is Outcome.NEVER:
                again.append(call)
            elif outcome is Outcome.EXECUTED:
                call.settle(call.unknown("executed, but the answer was lost with the broker", executed=True, pid=pid))
            else:
                call.settle(call.unknown("the broker died, and the board no longer knows"))
    table.put_back([call for call in again if not call.answer.done()])


async def _ask(table: CallTable, sent: Sent, hello: Hello) -> tuple[Outcome, int]:
    loop = asyncio.get_running_loop()
    inquiry = ClientCall(
        TASK_OUTCOME,
        OUTCOME_ARGS.pack(sent.session, sent.request),
        expires=loop.time() + _INQUIRY_S,
        idempotent=True,
        longest=0.01,
        dictionary=hello.dictionary_hash,
        answer=loop.create_future(),
        inquiry=True,
    )
    table.ask(inquiry)
    try:
        number, pid = OUTCOME_RESULT.unpack(await inquiry.answer)
        return Outcome(number), pid
    except (LineError, StructError, ValueError):
        return Outcome.UNKNOWN, 0
