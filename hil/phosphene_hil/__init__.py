# SPDX-License-Identifier: Apache-2.0
"""The test bench: suites, fault plans and measurements that run on the simulator and on a board alike."""
