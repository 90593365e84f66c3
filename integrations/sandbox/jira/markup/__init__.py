"""The rich texts of Jira: ADF on Cloud, wiki markup on Data Center, HTML for people."""
