# SPDX-License-Identifier: Apache-2.0
"""A camera and a microphone in the bench's own hand, for rigs that are simulated: with a plug that can be pulled."""
