"""Configurations that runs spread over."""
