"""A tracker that nobody has heard of, and all that it takes to join it: one folder, one line."""
