# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: figures with where they were measured, as ratios within one run where they compare."""
