# SPDX-License-Identifier: Apache-2.0
"""The palm detector: MediaPipe's lite one as a static int8 graph."""
