# SPDX-License-Identifier: Apache-2.0
"""The speech that the hearing network learns from and is measured on: voices, recordings, channel, splices, babble."""
