# SPDX-License-Identifier: Apache-2.0
"""The record of a run at the bench, and what is made of it: JUnit, a page, the fidelity table. docs/report.md."""
