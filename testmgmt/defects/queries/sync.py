"""Reads for the sync, which acts for a project as a whole."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from testmgmt.defects.models import Defect
from testmgmt.defects.queries.rows import RELATED


def _whole(project_id: int) -> QuerySet[Defect]:
    living = Defect.objects.filter(project_id=project_id, deleted_at=None)
    return living.select_related(*RELATED).prefetch_related("labels")


def changed_since(
    project_id: int, updated_at: datetime | None, after_id: int = 0, limit: int = 100
) -> list[Defect]:
    """Return the next defects by (updated_at, id) after that point, oldest first."""
    defects = _whole(project_id).order_by("updated_at", "pk")
    if updated_at is not None:
        later = Q(updated_at__gt=updated_at) | Q(updated_at=updated_at, pk__gt=after_id)
        defects = defects.filter(later, updated_at__gte=updated_at)
    return list(defects[:limit])


def defects_by_id(project_id: int, defect_ids: Collection[int]) -> dict[int, Defect]:
    """Return those of these defects that are there still."""
    return {defect.pk: defect for defect in _whole(project_id).filter(pk__in=defect_ids)}


def defect_by_marker(project_id: int, marker: str) -> Defect | None:
    """Return the defect that the sync made under this marker."""
    return _whole(project_id).filter(marker=marker).first()


def living_ids(project_id: int) -> QuerySet[Defect, int]:
    """Return the ids of all defects of a project; iterate it, it may be large."""
    living = Defect.objects.filter(project_id=project_id, deleted_at=None)
    return living.order_by("pk").values_list("pk", flat=True)


def titled(project_id: int, words: Sequence[str], limit: int) -> list[Defect]:
    """Return the defects whose title holds all of these words, the newest change first."""
    holding = reduce(and_, (Q(title__icontains=word) for word in words))
    living = Defect.objects.filter(holding, project_id=project_id, deleted_at=None)
    return list(living.select_related("project", "status").order_by("-updated_at", "-pk")[:limit])
