# SPDX-License-Identifier: Apache-2.0
"""The broker: one process owns the port; supervisor, monitor and bench attach to it at the same time.

Clients talk to it over a Unix socket (mode 0600). `attach` finds or starts the broker of a port and returns a
`BrokerChannel`, which offers what a `Link` offers.
"""


from phosphene.line.broker.messages import Role

__all__ = ["Role"]
