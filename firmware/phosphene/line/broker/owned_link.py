# SPDX-License-Identifier: Apache-2.0
"""The broker's link: calls go in as records and come out by callback, with no task or future for each."""

from __future__ import annotations

from phosphene.line.call import Call
from phosphene.line.lease import Renewal
from phosphene.line.link import Link


class OwnedLink(Link):
    """A Link whose owner submits many calls and writes once."""

    def submit(self, call: Call) -> None:
        """Take a call; its `settle` hears the outcome. It leaves with the next `flush`."""
        if self._closed:
            call.finish(self._is_closed())
        else:
            self._session.submit(call, self._loop.time())

    def renew_by(self, renewal: Renewal) -> None:
        """Take a renewal of the lease; its `settle` hears the answer. It leaves with the next `flush`."""
        if self._closed:
            renewal.settle(self._is_closed())
        else:
            self._session.renew(renewal, self._loop.time())

    def withdraw(self, call: Call) -> None:
        """The caller went away: if it was not written yet, it never is."""
        self._session.withdraw(call)

    def flush(self) -> None:
        """Write what was submitted."""
        self._follow_up()
