"""Writing, changing and deleting comments.

https://docs.github.com/en/rest/issues/comments
"""

from dataclasses import replace

from integrations.sandbox.github import access, announce, history, values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import GitHubError, invalid, missing, not_found
from integrations.sandbox.github.model import Comment, Issue, Json, Repository
from integrations.sandbox.github.site import Site


def find(site: Site, repository: Repository, comment_id: str | int) -> tuple[Comment, Issue]:
    """Return a comment of a repository, with its issue."""
    found = site.store.get(Comment, str(comment_id))
    issue = site.store.get(Issue, found.issue) if found else None
    if found is None or issue is None or issue.repository != repository.id:
        raise not_found()
    return found, issue


def add(site: Site, who: Account, issue: Issue, raw: Json) -> Comment:
    """Add a comment; the issue is updated then."""
    access.require_change(who, site.repository_of(issue))
    if issue.is_locked and not who.has("write"):
        raise GitHubError(403, "Unable to create comment because issue is locked.")
    now = site.clock.now()
    comment = Comment(site.next_id("comment", 50001), issue.id, who.login, _body(raw), now, now)
    site.store.put(comment)
    announce.comment(site, who, history.touch(site, issue), comment, "created")
    return comment


def edit(site: Site, who: Account, comment: Comment, issue: Issue, raw: Json) -> Comment:
    """Change a comment's text; its author stays."""
    access.require_change(who, site.repository_of(issue))
    access.require_own(who, comment)
    changed = replace(comment, body=_body(raw), updated=site.clock.now())
    site.store.put(changed)
    more = {"changes": {"body": {"from": comment.body}}}
    announce.comment(site, who, history.touch(site, issue), changed, "edited", more)
    return changed


def delete(site: Site, who: Account, comment: Comment, issue: Issue) -> None:
    """Delete a comment."""
    access.require_change(who, site.repository_of(issue))
    access.require_own(who, comment)
    site.store.delete(comment)
    announce.comment(site, who, history.touch(site, issue), comment, "deleted")


def _body(raw: Json) -> str:
    if raw.get("body") is None:
        raise missing("body")
    found = values.body(raw, "IssueComment")
    if found is None or not found.strip():
        raise invalid("IssueComment", "data", "unprocessable", "Body cannot be blank")
    return found
