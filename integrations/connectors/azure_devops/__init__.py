"""Azure DevOps, Services and Server: work items by REST 7.1."""
