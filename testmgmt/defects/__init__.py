"""Defects: what trackers are synced with."""
