# SPDX-License-Identifier: Apache-2.0
"""Says what a row means, by the type of its frame."""

from __future__ import annotations

import struct
from typing import Final

from phosphene.errors import LineError
from phosphene.line.wire import MalformedMessage
from phosphene_tools.monitor import link_payloads, task_payloads
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.meaning import Meaning, Reader

_READERS: Final[dict[str, Reader]] = link_payloads.READERS | task_payloads.READERS


def explain(entry: Entry) -> Meaning:
    """Return what the row says. Never raises: a payload that does not decode says so itself."""
    reader = _READERS.get(entry.type)
    if reader is None or entry.message is None:
        return Meaning(text=entry.text)
    try:
        meaning = reader(entry, entry.message)
    except (struct.error, MalformedMessage, UnicodeDecodeError, LineError) as error:
        what = error.message if isinstance(error, LineError) else str(error)
        return Meaning(text=_joined(f"the payload does not decode: {what}", entry.text))
    meaning.text = _joined(meaning.text, entry.text)
    return meaning


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
