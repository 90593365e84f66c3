"""Trackers of our own on loopback, written from the vendors' documents: for demo and tests."""
