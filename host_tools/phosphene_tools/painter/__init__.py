# SPDX-License-Identifier: Apache-2.0
"""What is told about the painter from outside: contact sheets, judges, the report, its ablations."""
