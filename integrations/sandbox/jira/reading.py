"""What an account may see and could do, without changing anything."""

from collections import deque
from collections.abc import Sequence

from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import Project, Transition
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Attachment, Comment, Issue
from integrations.sandbox.jira.site import Site


def comments(site: Site, who: Account, issue: Issue) -> list[Comment]:
    """Return the comments of an issue that the account may see, oldest first."""
    return [c for c in site.store.children(Comment, issue.id) if _may_see(who, c)]


def comment(site: Site, who: Account, comment_id: str, issue: Issue | None = None) -> Comment:
    """Return a comment that the account may see, of that issue where one is named."""
    found = site.store.get(Comment, comment_id)
    is_elsewhere = found is not None and issue is not None and found.issue != issue.id
    if found is None or is_elsewhere or not _may_see(who, found):
        raise JiraError(404, [f"Can not find a comment for the id: {comment_id}."])
    site.issue(who, found.issue)
    return found


def attachment(site: Site, who: Account, attachment_id: str) -> Attachment:
    """Return an attachment of an issue that the account may see."""
    found = site.store.get(Attachment, attachment_id)
    issue = site.find_issue(found.issue) if found else None
    if found is None or issue is None or not site.may(who, "BROWSE_PROJECTS", issue):
        raise JiraError(404, [f"The attachment with id '{attachment_id}' does not exist"])
    return found


def open_steps(site: Site, who: Account, issue: Issue) -> list[Transition]:
    """Return the transitions that the account may take from the present status."""
    if not site.may(who, "TRANSITION_ISSUES", issue):
        return []
    return [step for step in site.project_of(issue).transitions if issue.status in step.sources]


def path(project: Project, start: str, target: str) -> Sequence[Transition]:
    """Return the shortest way from one status to another; nothing where there is none."""
    ways: deque[tuple[str, tuple[Transition, ...]]] = deque([(start, ())])
    seen = {start}
    while ways:
        here, steps = ways.popleft()
        if here == target:
            return steps
        for step in project.transitions:
            if here in step.sources and step.target not in seen:
                seen.add(step.target)
                ways.append((step.target, (*steps, step)))
    return ()


def _may_see(who: Account, found: Comment) -> bool:
    return found.visibility is None or found.visibility["value"] in who.roles
