"""Writes of the people layer, by use case. All raise ``common.errors.Refusal``."""
