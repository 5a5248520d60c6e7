# SPDX-License-Identifier: Apache-2.0
"""The supervisor: what runs on the single-board computer, and the host end of the line.

It knows nothing of `phosphene_tools` or `phosphene_hil`, so a device carries no tools of its engineers.
"""
