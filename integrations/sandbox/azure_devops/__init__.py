"""An Azure DevOps Services organization, REST 7.1, for work items and their service hooks."""
