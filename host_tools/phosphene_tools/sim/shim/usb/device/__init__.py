# SPDX-License-Identifier: Apache-2.0
"""The part of micropython-lib's usb.device that a board needs to show a second interface."""


class _Device:
    def init(self, *interfaces, **options):
        pass


_device = _Device()


def get():
    return _device
