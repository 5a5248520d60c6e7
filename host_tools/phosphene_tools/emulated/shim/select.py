# SPDX-License-Identifier: Apache-2.0
"""`select.poll` of the emulated chip, for its only stream: the line."""

from _chip import line_ready

POLLIN, POLLOUT = 1, 4


class poll:
    """Of one port."""

    def register(self, port, events=POLLIN):
        self._ready = ((port, POLLIN),)

    def ipoll(self, timeout=-1):
        return self._ready if line_ready(timeout) else ()

    poll = ipoll
