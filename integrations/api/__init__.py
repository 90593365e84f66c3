"""The API of trackers, connections, links and the queue."""
