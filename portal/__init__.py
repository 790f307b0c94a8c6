"""The portal layer."""
