# SPDX-License-Identifier: Apache-2.0
"""The stage on which simulated people meet the policy, in training and in the bench: a clock, a board, a dialogue."""
