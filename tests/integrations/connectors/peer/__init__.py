"""Another installation as a connector."""
