"""The proof over the wire: trouble at every step of one story, for every pair of trackers."""
