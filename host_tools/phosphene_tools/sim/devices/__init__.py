# SPDX-License-Identifier: Apache-2.0
"""What can be wired to the simulated board."""
