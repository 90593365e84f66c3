"""A tracker in memory: for the engine's tests, and to be read first."""
