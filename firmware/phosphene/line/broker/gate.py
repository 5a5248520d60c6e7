# SPDX-License-Identifier: Apache-2.0
"""Who may call what: the broker's copy of the capability dictionary, and the roles of its clients."""

from __future__ import annotations

import logging

from phosphene.errors import Forbidden, LineError, UnknownTask, VersionMismatch
from phosphene.line import dictionary_cache
from phosphene.line.broker.documents import Role
from phosphene.line.dictionary import Dictionary
from phosphene.line.events import LinkState
from phosphene.line.link import Link

_log = logging.getLogger(__name__)


class Gate:
    """Judges calls by the dictionary that the board announces now."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._dictionary: Dictionary | None = None

    @property
    def ready(self) -> bool:
        """Whether the board's present dictionary is known."""
        return self._dictionary is not None and self._dictionary.hash == self._link.hello.dictionary_hash

    async def refresh(self) -> None:
        """Get the board's dictionary, if it is another one than before. A failure is logged; try again later."""
        if self.ready or self._link.state is LinkState.MISMATCH:
            return
        try:
            self._dictionary = await dictionary_cache.load(self._link)
        except LineError as error:
            # Without it nothing can be judged: every call is answered with VersionMismatch until it is there.
            self._dictionary = None
            _log.warning("no dictionary: %s", error)

    def admit(self, role: Role, task: int, meant_by: bytes) -> None:
        """Raise a LineError if `role` may not call `task`, or means it by another dictionary's number."""
        if task == dictionary_cache.DICTIONARY_TASK or self._link.state is LinkState.MISMATCH:
            return  # what everybody needs first; or the link has a better error for it
        announced = self._link.hello.dictionary_hash
        if self._dictionary is None or not meant_by == announced == self._dictionary.hash:
            raise VersionMismatch.renumbered(meant_by, announced, place=f"task {task}")
        tasks = self._dictionary.tasks
        if task >= len(tasks):
            raise UnknownTask(f"the dictionary ends at task {len(tasks) - 1}", place=f"task {task}")
        if not role.may(privilege := tasks[task].privilege):
            needed = next(role for role in Role if role.may(privilege)).value
            what = f"a client in role {role.value} may not call it"
            raise Forbidden(what, place=f"task {task}", cure=f"attach with role {needed}")
