"""The incentives layer."""
