# SPDX-License-Identifier: Apache-2.0
"""Recipe of the composer: a teacher, a masked-token diffusion model taught by it, then by reward."""
