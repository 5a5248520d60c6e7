# SPDX-License-Identifier: Apache-2.0
"""The face detector: MediaPipe's full-range one as a static int8 graph."""
