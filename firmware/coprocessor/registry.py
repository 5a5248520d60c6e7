# SPDX-License-Identifier: Apache-2.0
"""The tasks of this board: loaded from the prebuilt dictionary when first called."""

import gc
import json
import sys
from struct import unpack

from codec import Field
from micropython import const
from refusal import UNKNOWN_TASK, Refusal


KEPT_FREE = const(4)  # loaded tasks leave a fourth of the heap to what they work on

# Of these a module's globals may be, if nothing is lost by importing it anew.
_CONSTANT = ("NoneType", "bool", "int", "float", "str", "bytes", "function", "generator", "closure", "type", "module")


class Task:
    """A declaration, made ready, and its function."""

    def __init__(self, number: int, declared: dict, function):
        self.number = number
        self.name = declared["name"]
        self.module = declared["module"]
        self.used = 0  # counts up with each use of any task: the lowest was used longest ago
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

    When the heap runs short the tasks that were used longest ago are let go of,
    their declarations and their modules, to be loaded again when they are called.
    A module that holds anything but constants, functions and classes may remember
    something: it stays.
    """

    PATH = "dictionary.jsonl"
    INDEX = "dictionary.idx"

    def __init__(self):
        self._uses = 0
        with open(self.INDEX, "rb") as index:
            self.hash = index.read(8)
            self.firmware_hash = index.read(8)
            index.seek(0, 2)
            self.count = (index.tell() - 16) // 4 - 1
            index.seek(-4, 2)
            self.length = unpack("<I", index.read(4))[0]
        # By number; a dict's table would move with every few tasks, and split the heap where it lands.
        self._loaded: "list[Task | None]" = [None] * self.count

    def task(self, number: int) -> Task:
        """The task of this number. Raises Refusal UNKNOWN_TASK."""
        task = self._loaded[number] if number < self.count else None
        if task is None:
            task = self._load(number)
        self._uses += 1
        task.used = self._uses
        return task

    def _load(self, number: int) -> Task:
        if number >= self.count:
            raise Refusal(
                UNKNOWN_TASK,
                "no task %d, the dictionary ends at %d; fetch it again" % (number, self.count - 1),
            )
        # What stays is put where no garbage lies in between: the free piece above it stays whole.
        gc.collect()
        with open(self.INDEX, "rb") as index:
            index.seek(16 + 4 * number)
            start, end = unpack("<II", index.read(8))
        with open(self.PATH, "rb") as lines:
            lines.seek(start)
            declared = json.loads(lines.read(end - start))
        if declared["module"] not in sys.modules:
            self._make_room()
        module = __import__(declared["module"], None, None, (declared["function"],))
        loaded = Task(number, declared, getattr(module, declared["function"]))
        self._loaded[number] = loaded
        return loaded

    def _make_room(self) -> None:
        """Let go of idle tasks while too little of the heap is free."""
        least = (gc.mem_alloc() + gc.mem_free()) // KEPT_FREE
        while gc.mem_free() < least:
            module = self._idlest()
            if not module:
                return
            self._let_go(module)
            gc.collect()

    def _idlest(self) -> str:
        """The module whose tasks were all used longest ago, or "" when none is loaded."""
        last = {}
        for task in self._loaded:
            if task:
                last[task.module] = max(last.get(task.module, 0), task.used)
        found = ""
        for module, used in last.items():
            if not found or used < last[found]:
                found = module
        return found

    def _let_go(self, module: str) -> None:
        """Forget the declarations of a module's tasks, and its code unless it remembers something."""
        for number, task in enumerate(self._loaded):
            if task and task.module == module:
                self._loaded[number] = None
        if _remembers(sys.modules[module]):
            return
        del sys.modules[module]
        package, _, name = module.rpartition(".")
        if package in sys.modules and hasattr(sys.modules[package], name):
            delattr(sys.modules[package], name)

    def tidy(self) -> int:
        """Let go of every task; how many were loaded."""
        loaded = [task for task in self._loaded if task]
        for task in loaded:
            if self._loaded[task.number]:
                self._let_go(task.module)
        return len(loaded)

    def number(self, name: str) -> int:
        """The number of a task by its name; reads the dictionary through once."""
        head = b'{"name":"%s",' % name.encode()
        with open(self.PATH, "rb") as lines:
            for number, line in enumerate(lines):
                if line.startswith(head):
                    return number
        raise Refusal(UNKNOWN_TASK, "no task named %r" % name)

    def read(self, offset: int, n: int) -> bytes:
        """A piece of the dictionary's text, empty past its end."""
        with open(self.PATH, "rb") as lines:
            lines.seek(min(offset, self.length))
            return lines.read(n)


def _remembers(module) -> bool:
    """Whether a module's globals hold what an import would not make again."""
    return any([not name.startswith("__") and not _constant(getattr(module, name)) for name in dir(module)])


def _constant(value) -> bool:
    if isinstance(value, tuple):
        return all([_constant(item) for item in value])
    return type(value).__name__ in _CONSTANT or value in ([], {})
