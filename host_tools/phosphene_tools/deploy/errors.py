# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while a version is deployed."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class DeployError(PhospheneError):
    """The version is not what runs on the host now; what ran there before still does."""
