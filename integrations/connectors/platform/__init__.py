"""This product as a tracker: the only connector that knows it."""
