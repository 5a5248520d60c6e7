# SPDX-License-Identifier: Apache-2.0
"""What the broker's tests share: private folders, and no broker left behind."""

from tests.broker.desk import run_time_folder

__all__ = ["run_time_folder"]
