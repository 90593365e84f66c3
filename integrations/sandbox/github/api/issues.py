"""Endpoints about issues: the list, single ones, their labels, people and lock."""

from werkzeug import Response

from integrations.sandbox.github import issues, listing, values
from integrations.sandbox.github.api.context import Context, Route, answer, nothing, page
from integrations.sandbox.github.errors import GitHubError, bad_request
from integrations.sandbox.github.model import Issue, Repository
from integrations.sandbox.github.view import names

_LOCK_REASONS = ("off-topic", "too heated", "resolved", "spam")


def listed(context: Context, repository: Repository) -> Response:
    """List issues, with the pull requests between them."""
    found = listing.issues(context.site, repository, context.query)
    return page(context, found, context.view.issue)


def create(context: Context, repository: Repository) -> Response:
    """Open an issue."""
    context.site.quota.create(context.who)
    opened = issues.create(context.site, context.who, repository, context.json())
    headers = {"Location": context.view.issue_url(opened)}
    return answer(context.view.issue(opened), 201, headers)


def get(context: Context, repository: Repository, number: int) -> Response:
    """Return an issue."""
    return answer(context.view.issue(context.issue(repository, number)))


def edit(context: Context, repository: Repository, number: int) -> Response:
    """Change an issue."""
    found = context.issue(repository, number)
    changed = issues.edit(context.site, context.who, found, context.json())
    return answer(context.view.issue(changed))


def labels(context: Context, repository: Repository, number: int) -> Response:
    """List an issue's labels."""
    found = context.site.labels(context.issue_here(repository, number))
    return page(context, found, context.view.label)


def add_labels(context: Context, repository: Repository, number: int) -> Response:
    """Add labels by name; unknown ones are made."""
    found = context.issue_here(repository, number)
    return _labels(
        context, issues.add_labels(context.site, context.who, found, _label_names(context))
    )


def set_labels(context: Context, repository: Repository, number: int) -> Response:
    """Replace all labels."""
    found = context.issue_here(repository, number)
    return _labels(
        context, issues.set_labels(context.site, context.who, found, _label_names(context))
    )


def clear_labels(context: Context, repository: Repository, number: int) -> Response:
    """Take all labels off."""
    issues.set_labels(context.site, context.who, context.issue_here(repository, number), [])
    return nothing()


def remove_label(context: Context, repository: Repository, number: int, name: str) -> Response:
    """Take one label off."""
    found = context.issue_here(repository, number)
    present = names(context.site.labels(found))
    if name.lower() not in [one.lower() for one in present]:
        raise GitHubError(404, "Label does not exist")
    rest = [one for one in present if one.lower() != name.lower()]
    return _labels(context, issues.set_labels(context.site, context.who, found, rest))


def assign(context: Context, repository: Repository, number: int) -> Response:
    """Assign people; whoever cannot be assigned is passed over."""
    found = context.issue_here(repository, number)
    logins = values.strings(context.json(), "assignees")
    changed = issues.assign(context.site, context.who, found, logins)
    return answer(context.view.issue(changed), 201)


def unassign(context: Context, repository: Repository, number: int) -> Response:
    """Take people off."""
    found = context.issue_here(repository, number)
    logins = values.strings(context.json(), "assignees")
    changed = issues.unassign(context.site, context.who, found, logins)
    return answer(context.view.issue(changed))


def lock(context: Context, repository: Repository, number: int) -> Response:
    """Lock an issue, with a reason or without."""
    reason = values.text(context.json(), "lock_reason")
    if reason is not None and reason not in _LOCK_REASONS:
        raise bad_request(f"For 'properties/lock_reason', {reason!r} is not a known reason.")
    issues.lock(context.site, context.who, context.issue_here(repository, number), reason)
    return nothing()


def unlock(context: Context, repository: Repository, number: int) -> Response:
    """Unlock an issue."""
    issues.unlock(context.site, context.who, context.issue_here(repository, number))
    return nothing()


def _labels(context: Context, issue: Issue) -> Response:
    return answer([context.view.label(one) for one in context.site.labels(issue)])


def _label_names(context: Context) -> list[str]:
    body = context.any_json()
    return values.label_names({"labels": body} if isinstance(body, list) else body)


ROUTES: list[Route] = [
    ("GET", "/issues", listed),
    ("POST", "/issues", create),
    ("GET", "/issues/<int:number>", get),
    ("PATCH", "/issues/<int:number>", edit),
    ("GET", "/issues/<int:number>/labels", labels),
    ("POST", "/issues/<int:number>/labels", add_labels),
    ("PUT", "/issues/<int:number>/labels", set_labels),
    ("DELETE", "/issues/<int:number>/labels", clear_labels),
    ("DELETE", "/issues/<int:number>/labels/<path:name>", remove_label),
    ("POST", "/issues/<int:number>/assignees", assign),
    ("DELETE", "/issues/<int:number>/assignees", unassign),
    ("PUT", "/issues/<int:number>/lock", lock),
    ("DELETE", "/issues/<int:number>/lock", unlock),
]
