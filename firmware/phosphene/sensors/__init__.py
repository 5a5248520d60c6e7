# SPDX-License-Identifier: Apache-2.0
"""Cameras and microphones, each behind one protocol: drivers, files and test signals.

`opening` turns what a person types into a source, `camera_watch` and `microphone_watch` run one, `listing` shows what
is there, `pushed` takes what the console's browser sends.
"""
