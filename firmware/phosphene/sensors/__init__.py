# SPDX-License-Identifier: Apache-2.0
"""Cameras and microphones, each behind one protocol: drivers, files and test signals."""
