"""Pages and fragments of the sync."""
