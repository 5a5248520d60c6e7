# SPDX-License-Identifier: Apache-2.0
"""Where the painted picture is shown: framebuffers, SPI panels, windows, picture files.

`opening` turns what a person types into a display, `screen` shows pictures on one, `listing` shows what is there.
"""
