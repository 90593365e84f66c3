"""Who may do what in a repository; first what the token allows, then the account's role."""

from integrations.sandbox.github.accounts import ANONYMOUS, Account
from integrations.sandbox.github.errors import GitHubError, no_access, no_admin, not_found
from integrations.sandbox.github.model import Comment, Issue, Repository


def require_token(who: Account, area: str, level: str) -> None:
    """Refuse a fine-grained token that was not given the area."""
    if not who.token_allows(area, level):
        raise no_access()


def require_login(who: Account) -> None:
    """Refuse a call without an account."""
    if who is ANONYMOUS:
        raise GitHubError(401, "Requires authentication")


def require_change(who: Account, repository: Repository, area: str = "issues") -> None:
    """Refuse a change by nobody, by a token that only looks, or in an archived repository."""
    require_login(who)
    require_token(who, area, "write")
    if not who.reaches_private and "public_repo" not in who.scopes:
        raise not_found()
    if repository.is_archived:
        raise GitHubError(403, "Repository was archived so is read-only.")


def require_issues(repository: Repository) -> None:
    """Refuse where a repository has its issues switched off."""
    if not repository.has_issues:
        raise GitHubError(410, "Issues has been disabled in this repository.")


def require_role(who: Account, role: str) -> None:
    """Refuse an account that may look but not do this."""
    if not who.has(role):
        raise no_admin()


def require_own(who: Account, item: Issue | Comment) -> None:
    """Refuse whoever neither wrote the item nor may write to the repository."""
    if item.author != who.login and not who.has("write"):
        raise no_admin()


def require_hooks(who: Account, level: str) -> None:
    """Refuse whoever does not administer the repository; GitHub says that nothing is there."""
    require_login(who)
    require_token(who, "webhooks", level)
    is_scoped = who.permissions is not None or {"repo", "admin:repo_hook"} & set(who.scopes)
    if not who.has("admin") or not is_scoped:
        raise not_found()
