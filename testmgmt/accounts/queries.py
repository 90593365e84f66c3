"""Reads of tokens."""

from django.db import models
from django.db.models import QuerySet

from testmgmt.accounts.models import ApiKey, User
from testmgmt.core.errors import DomainError, NotFoundError


def tokens_of(user: User) -> QuerySet[ApiKey]:
    """Return somebody's own tokens that still work or have worked, the newest first."""
    return user.api_keys.select_related("project").filter(revoked_at=None).order_by("-id")


def token_of(user: User, token_id: int) -> ApiKey:
    """Return one of somebody's own tokens."""
    key = tokens_of(user).filter(pk=token_id).first()
    if key is None:
        raise NotFoundError("There is no such token.")
    return key


def own_projects(user: User) -> list[tuple[int, str, str]]:
    """Return (id, key, name) of the projects that somebody belongs to, by name."""
    names = ("project_id", "project__key", "project__name")
    rows = user.memberships.order_by("project__name").values_list(*names)
    return [(pk, key, name) for pk, key, name in rows]


def own_project(user: User, named: int | str | None) -> models.Model | None:
    """Return the project of this id or key that somebody belongs to, None where none is named."""
    if named in {None, ""}:
        return None
    text = str(named)
    same = {"project_id": text} if text.isdecimal() else {"project__key": text.upper()}
    membership = user.memberships.select_related("project").filter(**same).first()
    if membership is None:
        raise DomainError("You are not in this project.", field="project")
    return membership.project
