# SPDX-License-Identifier: Apache-2.0
"""What is told to the other side instead of a traceback."""

from __future__ import annotations

import errno


class Problem(Exception):
    """What happened, where, and what cures it."""

    def __init__(self, message: str, place: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.told = {"message": message, "place": place, "cure": cure}

    @classmethod
    def of(cls, error: OSError) -> Problem:
        """Say what the system refused."""
        place = str(error.filename or "host")
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return cls("the host's disk is full", place, "make room there (df -h), then deploy again")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return cls(f"the host refuses: {error.strerror}", place, "another --prefix, or the rights to this one")
        return cls(f"the host refuses: {error.strerror}", place, "look at it there")
