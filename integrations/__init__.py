"""Two-way sync with trackers."""
