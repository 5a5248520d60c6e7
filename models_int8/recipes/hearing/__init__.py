# SPDX-License-Identifier: Apache-2.0
"""Recipe of the hearing: a speech embedding fine-tuned end to end, and a head that writes down words."""
