# SPDX-License-Identifier: Apache-2.0
"""The broker: one process owns the port; supervisor, monitor and bench attach to it at the same time.

    rendezvous   where socket, lock and log of a port are
    messages     what broker and clients say to each other
    server       the broker; attachment: one client of it; lease_holder; owned_link
    journal      which calls were sent, kept where a killed broker can't lose it
    run          the broker as a process (`python -m phosphene.line.broker`)
    channel      the client's end, with connection, calls, recovery
    launch       finds a broker or starts one

Clients use `phosphene.line.broker.channel.BrokerChannel`. Nothing is imported here, so that a broker starts quickly.
"""
