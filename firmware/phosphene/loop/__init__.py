# SPDX-License-Identifier: Apache-2.0
"""The primary loop: what the device does all day, one `Moment` after the other."""
