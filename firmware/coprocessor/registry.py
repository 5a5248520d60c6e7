# SPDX-License-Identifier: Apache-2.0
"""The tasks of this board: loaded from the prebuilt dictionary when first called."""

import json
from struct import unpack

from codec import Field
from refusal import UNKNOWN_TASK, Refusal


class Task:
    """A declaration, made ready, and its function."""

    def __init__(self, number: int, declared: dict, function):
        self.number = number
        self.name = declared["name"]
        self.function = function
        self.process = declared.get("kind") == "process"
        self.args = self._fields(declared, "args")
        self.results = self._fields(declared, "results")
        self.progress = self._fields(declared, "progress")
        self.event = self._fields(declared, "event")
        self.on_lease_loss = declared.get("on_lease_loss", "stop")

    def _fields(self, declared, key):
        return tuple([Field(f) for f in declared.get(key, ())])


class Registry:
    """Finds task by number in `dictionary.jsonl` through its index of offsets.

    `dictionary.idx` holds SHA-256[:8] of the dictionary, SHA-256[:8] of the
    firmware, then the u32 offset of each line and of the end.
    """

    PATH = "dictionary.jsonl"
    INDEX = "dictionary.idx"

    def __init__(self):
        self._loaded = {}
        with open(self.INDEX, "rb") as index:
            self.hash = index.read(8)
            self.firmware_hash = index.read(8)
            index.seek(0, 2)
            self.count = (index.tell() - 16) // 4 - 1
            index.seek(-4, 2)
            self.length = unpack("<I", index.read(4))[0]

    def task(self, number: int) -> Task:
        """The task of this number. Raises Refusal UNKNOWN_TASK."""
        try:
            return self._loaded[number]
        except KeyError:
            pass
        if number >= self.count:
            raise Refusal(
                UNKNOWN_TASK,
                "no task %d, the dictionary ends at %d; fetch it again" % (number, self.count - 1),
            )
        with open(self.INDEX, "rb") as index:
            index.seek(16 + 4 * number)
            start, end = unpack("<II", index.read(8))
        with open(self.PATH, "rb") as lines:
            lines.seek(start)
            declared = json.loads(lines.read(end - start))
        module = __import__(declared["module"], None, None, (declared["function"],))
        loaded = Task(number, declared, getattr(module, declared["function"]))
        self._loaded[number] = loaded
        return loaded

    def number(self, name: str) -> int:
        """The number of a task by its name; reads the dictionary through once."""
        with open(self.PATH, "rb") as lines:
            for number, line in enumerate(lines):
                if json.loads(line)["name"] == name:
                    return number
        raise Refusal(UNKNOWN_TASK, "no task named %r" % name)

    def read(self, offset: int, n: int) -> bytes:
        """A piece of the dictionary's text, empty past its end."""
        with open(self.PATH, "rb") as lines:
            lines.seek(min(offset, self.length))
            return lines.read(n)
