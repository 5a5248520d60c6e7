# SPDX-License-Identifier: Apache-2.0
"""A second CDC interface: on the simulated board it is the line."""

from sim_uart import UART


class CDCInterface(UART):
    """Reads and writes like the UART; the rate means nothing."""

    def __init__(self, **options):
        super().__init__(0)

    def init(self, baudrate=None, *, rxbuf=None, flow=0, **options):
        super().init(baudrate, rxbuf=rxbuf)
