# SPDX-License-Identifier: Apache-2.0
"""MicroPython's package usb."""
