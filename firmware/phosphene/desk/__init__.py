# SPDX-License-Identifier: Apache-2.0
"""The desk: stands in for the policy until there is one. A typed line or a touch in, calls and scenes out."""
