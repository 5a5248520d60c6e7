# SPDX-License-Identifier: Apache-2.0
"""Measures perception: on pictures out of packages, on recordings in a folder, and on people of one's own."""
