"""A small Jira with both faces: Cloud (REST v3) and Data Center (REST v2)."""
