"""One settings file."""

SECRET_KEY = "for-the-first-commit-only"
