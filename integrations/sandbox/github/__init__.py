"""A GitHub of our own: repositories, issues, comments, labels, milestones, webhooks, search."""
