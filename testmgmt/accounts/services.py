"""What people do with their account: settings and tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from testmgmt.accounts.domain import SHOWN_LENGTH, digest_of, new_token
from testmgmt.accounts.models import ApiKey, User
from testmgmt.accounts.queries import token_of, tokens_of
from testmgmt.core import audit
from testmgmt.core.errors import DomainError, ForbiddenError
from testmgmt.core.permissions import Scope

_NEXT_THEME = {"auto": "dark", "dark": "light", "light": "auto"}


@transaction.atomic
def update_profile(*, user: User, changes: dict[str, Any]) -> User:
    """Change how pages look and speak to somebody."""
    if not changes:
        return user
    before = User.objects.values(*changes).get(pk=user.pk)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    audit.record(
        user_id=user.pk,
        project_id=None,
        action="update",
        target=user,
        changes=audit.changes_of(before, changes),
    )
    return user


def set_theme(*, user: User, theme: str) -> User:
    """Set light or dark; without a choice take the next one."""
    chosen = theme if theme in User.Theme.values else _NEXT_THEME[user.theme]
    user.theme = User.Theme(chosen)
    user.save(update_fields=["theme"])
    return user


def _check_reach(user: User, project: models.Model | None, *, is_project_only: bool) -> None:
    if user.only_project_id is not None:
        raise ForbiddenError("A token of one project makes no other tokens.")
    if is_project_only and project is None:
        raise DomainError("Name the project it is limited to.", field="project")
    if project is None or user.is_superuser:
        return
    if not user.memberships.filter(project_id=project.pk).exists():
        raise DomainError("You are not in this project.", field="project")


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = set(scopes)
    unknown = wanted - set(Scope)
    if unknown or not wanted:
        offered = ", ".join(Scope)
        raise DomainError(f"Choose one or more of: {offered}.", field="scopes")
    return [scope.value for scope in Scope if scope in wanted]


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    project: models.Model | None = None,
    is_project_only: bool = False,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a token; return its row and its text, which is told this once."""
    _check_reach(user, project, is_project_only=is_project_only)
    if expires_at is not None and expires_at <= timezone.now():
        raise DomainError("This moment has passed.", field="expires_at")
    token = new_token()
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=token[:SHOWN_LENGTH],
        digest=digest_of(token),
        scopes=_checked_scopes(scopes),
        project_id=project.pk if project else None,
        is_project_only=is_project_only,
        expires_at=expires_at,
    )
    audit.record(user_id=user.pk, project_id=key.project_id, action="create", target=key)
    return key, token


@transaction.atomic
def revoke_token(*, user: User, token_id: int) -> ApiKey:
    """Make one of one's own tokens useless for ever."""
    key = token_of(user, token_id)
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at", "updated_at"])
    audit.record(user_id=user.pk, project_id=key.project_id, action="revoke", target=key)
    return key


def revoke_all_tokens(*, user: User) -> int:
    """Make all of one's tokens useless; return how many there were."""
    tokens = list(tokens_of(user))
    with transaction.atomic():
        for key in tokens:
            revoke_token(user=user, token_id=key.pk)
    return len(tokens)
