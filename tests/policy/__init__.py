# SPDX-License-Identifier: Apache-2.0
"""Tests of the policy: the rule of consent, the dialogue, what the network sees, what it decides."""
