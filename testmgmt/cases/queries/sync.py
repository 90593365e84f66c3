"""Reads for the sync, which acts for a project as a whole."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from testmgmt.cases.models import Case

RELATED = ("project", "current", "state", "priority", "type", "owner", "assignee", "created_by")


def _living(project_id: int) -> QuerySet[Case]:
    return Case.objects.filter(project_id=project_id, deleted_at=None)


def _whole(project_id: int) -> QuerySet[Case]:
    return _living(project_id).select_related(*RELATED).prefetch_related("tags")


def changed_since(
    project_id: int, updated_at: datetime, after_id: int = 0, limit: int = 100
) -> list[Case]:
    """Return the next cases by (updated_at, id) after that point, oldest first."""
    later = Q(updated_at__gt=updated_at) | Q(updated_at=updated_at, pk__gt=after_id)
    cases = _whole(project_id).filter(later, updated_at__gte=updated_at)
    return list(cases.order_by("updated_at", "pk")[:limit])


def cases_by_id(project_id: int, case_ids: Collection[int]) -> dict[int, Case]:
    """Return those of these cases that are there still."""
    return {case.pk: case for case in _whole(project_id).filter(pk__in=case_ids).order_by()}


def case_by_marker(project_id: int, marker: str) -> Case | None:
    """Return the case that the sync made under this marker."""
    return _whole(project_id).filter(marker=marker).first()


def all_ids(project_id: int) -> QuerySet[Case, int]:
    """Return the ids of all cases of a project; iterate it, it may be large."""
    return _living(project_id).order_by("pk").values_list("pk", flat=True)


def titled(project_id: int, words: Sequence[str], limit: int) -> list[Case]:
    """Return the cases whose title holds all of these words, the newest change first."""
    holding = reduce(and_, (Q(title__icontains=word) for word in words))
    cases = _living(project_id).filter(holding).select_related("project", "state")
    return list(cases.order_by("-updated_at", "-pk")[:limit])
