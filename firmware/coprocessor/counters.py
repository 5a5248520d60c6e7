# SPDX-License-Identifier: Apache-2.0
"""What the firmware counts about its end of the line. PROTOCOL.md, section 12."""


class Counters:
    """All from zero at boot; `values` gives them in the order of the dictionary."""

    def __init__(self):
        self.rx_frames = 0
        self.rx_bytes = 0
        self.crc_errors = 0
        self.cobs_errors = 0
        self.too_long = 0
        self.duplicates = 0
        self.gaps = 0
        self.late = 0
        self.refused = 0
        self.executed = 0
        self.tx_frames = 0
        self.tx_dropped = 0
        self.events = 0
        self.events_dropped = 0
        self.lease_losses = 0

    def values(self, fields) -> tuple:
        """The counters that `fields` name, each modulo 2**30."""
        return tuple([getattr(self, field.name) & 0x3FFFFFFF for field in fields])
