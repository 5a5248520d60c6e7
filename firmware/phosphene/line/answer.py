# SPDX-License-Identifier: Apache-2.0
"""What an answer, or the lack of one, means to the caller: the errors of a call."""

from __future__ import annotations

from phosphene.errors import OutcomeUnknown, Refused
from phosphene.line.call import Call
from phosphene.line.wire import RefusalCode


def outcome_unknown(call: Call, what: str, *, executed: bool = False, pid: int = 0) -> OutcomeUnknown:
    """Return the error for a written call whose answer will not come."""
    return OutcomeUnknown(
        what,
        boot_id=call.boot_id,
        session=call.session,
        request=call.id,
        task=call.task,
        executed=executed,
        pid=pid,
        place=f"task {call.task}, boot {call.boot_id:#x}, session {call.session:#x}, request {call.id}",
        cure="its effect happened once, do not repeat it blindly"
        if executed
        else "it ran at most once; look at the device or ask board.outcome before doing it again",
    )


def refusal(call: Call, message: bytes) -> Refused | OutcomeUnknown:
    """Return the error that a whole REFUSAL stands for."""
    code = message[0] if message else int(RefusalCode.REFUSED)
    text = message[1:].decode("utf-8", "replace") or "refused without a reason"
    if code == RefusalCode.OUTCOME_UNKNOWN:
        return outcome_unknown(call, f"executed, but its answer is gone: {text}", executed=True)
    return Refused.from_code(code, text, place=f"task {call.task}")
