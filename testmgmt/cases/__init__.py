"""Sections, cases and their versions."""
