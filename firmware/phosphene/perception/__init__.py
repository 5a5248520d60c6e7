# SPDX-License-Identifier: Apache-2.0
"""Turns sound and pictures into percepts: words heard, faces and hands seen, light and motion."""
