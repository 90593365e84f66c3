"""Runs, executions, results."""
