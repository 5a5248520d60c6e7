# SPDX-License-Identifier: Apache-2.0
"""The painter: from a scene to a checked frame. `painter.py` holds the whole flow on one page."""
