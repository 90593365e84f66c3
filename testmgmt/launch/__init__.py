"""The composition root: commands that need everything."""
