# SPDX-License-Identifier: Apache-2.0
"""Trains the policy: people, phrases, mishearings, a teacher that knows the goal, and corrections on own states."""
