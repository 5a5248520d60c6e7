# SPDX-License-Identifier: Apache-2.0
"""The owner's keys: made and kept off the device, put into a board's slots, and used to sign grants."""
