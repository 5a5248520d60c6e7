# SPDX-License-Identifier: Apache-2.0
"""The host end of the line: framing, sessions, links, and the broker that owns the port.

The wire is described in `firmware/coprocessor/PROTOCOL.md`.
"""
