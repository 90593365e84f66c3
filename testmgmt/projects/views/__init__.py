"""Pages of projects, their members, files and jobs."""
