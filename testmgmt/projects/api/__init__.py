"""The API of projects, their members, files and jobs."""
