"""A proof that the tests of the sync can fail: `python -m tests.mutations`."""
