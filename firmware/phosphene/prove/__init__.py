# SPDX-License-Identifier: Apache-2.0
"""What is wished is done on the co-processor, and what it says comes back as news. Nothing else makes a value."""
