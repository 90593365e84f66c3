"""Who changed what, and when."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from testmgmt.core.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change came from: the token's prefix and the caller's address, empty for tasks."""

    token_prefix: str = ""
    ip: str | None = None


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("audit_origin", default=NOWHERE)


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return {field: [before, after]} of what differs."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }


def record(
    *,
    user_id: int | None,
    project_id: int | None,
    action: str,
    target: models.Model,
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    """Write one entry; call it inside the transaction of the change."""
    where = origin.get()
    AuditEntry.objects.create(
        user_id=user_id,
        project_id=project_id,
        token_prefix=where.token_prefix,
        ip=where.ip,
        action=action,
        kind=target._meta.model_name or "",  # noqa: SLF001  Django's documented interface
        object_id=str(target.pk),
        label=str(target)[:255],
        changes=dict(changes or {}),
    )
