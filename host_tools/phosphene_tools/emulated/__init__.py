# SPDX-License-Identifier: Apache-2.0
"""The firmware on an emulated Cortex-M3: QEMU's mps2-an385, in the simulated board's world."""
