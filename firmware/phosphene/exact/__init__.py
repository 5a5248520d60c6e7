# SPDX-License-Identifier: Apache-2.0
"""The client: exact tasks of the micro-controller, called from Python, typed by its dictionary."""

from phosphene.exact.blocking import BlockingCoprocessor, BlockingProcess
from phosphene.exact.coprocessor import Coprocessor, Outcome
from phosphene.exact.events import Dropped, EventStream, Notice, NoticeKind, TaskEvent
from phosphene.exact.process import Process, ProcessEnded, ProcessState
from phosphene.exact.results import Results

__all__ = [
    "BlockingCoprocessor",
    "BlockingProcess",
    "Coprocessor",
    "Dropped",
    "EventStream",
    "Notice",
    "NoticeKind",
    "Outcome",
    "Process",
    "ProcessEnded",
    "ProcessState",
    "Results",
    "TaskEvent",
]
