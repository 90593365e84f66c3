"""What every tracker and the engine agree on; pure Python."""
