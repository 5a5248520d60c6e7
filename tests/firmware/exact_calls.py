# SPDX-License-Identifier: Apache-2.0
"""Exact tasks called one after the other on the real firmware, by name and with typed arguments."""

from __future__ import annotations

from itertools import count

from phosphene.line import schema
from phosphene.line.dictionary import Dictionary
from phosphene.line.kind import Value
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from tests.firmware.stranger import Stranger

REFUSED = 12


class Calls:
    """One session of a stranger at the line; the arguments are encoded as the dictionary declares them."""

    def __init__(self, line: Stranger) -> None:
        line.open()
        self._line = line
        self._ids = count(1)
        self._dictionary = Dictionary.parse(build_dictionary(coprocessor())[0])

    def _sent(self, name: str, arguments: dict[str, object]) -> int:
        task = self._dictionary.task(name)
        request = next(self._ids)
        self._line.call(request, task.number, schema.encode(task.args, arguments, name))
        return request

    def answer(self, name: str, **arguments: object) -> dict[str, Value]:
        """The results of a call."""
        data = self._line.result(self._sent(name, arguments))
        return schema.decode(self._dictionary.task(name).results, data, name)

    def texts(self, name: str, **arguments: object) -> tuple[str, ...]:
        """The results of a call as they are printed, in their order."""
        return tuple(str(value) for value in self.answer(name, **arguments).values())

    def refusal(self, name: str, **arguments: object) -> str:
        """The text with which the task declines."""
        code, text = self._line.refusal(self._sent(name, arguments))
        assert code == REFUSED, text
        return text
