"""Rows for tests, one file per feature."""
