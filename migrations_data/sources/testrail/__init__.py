"""TestRail: its suite export as XML."""
