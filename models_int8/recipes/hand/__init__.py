# SPDX-License-Identifier: Apache-2.0
"""The hand landmarks: MediaPipe's lite network as a static int8 graph."""
