# SPDX-License-Identifier: Apache-2.0
"""What runs on the host: sent there as a zip archive, on Python 3.11 without any package."""
