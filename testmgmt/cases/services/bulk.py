"""What people do with many cases at once: move, tag, delete, restore."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.cases.domain import UNSET, CaseChange, Unset
from testmgmt.cases.models import Case
from testmgmt.cases.services import writing
from testmgmt.cases.services.reach import reach, reach_all, record, tell
from testmgmt.core.permissions import Action


def _make_room(before: Case, section_id: int | None, size: int) -> int:
    """Shift a case and all behind it; return the position in front of it."""
    behind = Q(position__gt=before.position) | Q(position=before.position, pk__gte=before.pk)
    place = Q(section=None) if section_id is None else Q(section=section_id)
    same = Case.objects.filter(behind, place, project_id=before.project_id)
    same.update(position=F("position") + size + 1)
    return before.position + 1


def _write(user: User, action: str, changes: Sequence[tuple[Case, CaseChange]]) -> list[Case]:
    project_id = changes[0][0].project_id
    different = writing.change(project_id=project_id, author_id=user.pk, changes=changes)
    for entry in different:
        record(action, entry.case, user, entry.changes)
        tell("case.updated", entry.case, user, fields=entry.changes)
    return [entry.case for entry in different]


@transaction.atomic
def move_cases(
    *, user: User, case_ids: Sequence[int], section_id: int | None, before_id: int | None = None
) -> list[Case]:
    """Put cases into a section (None: unsorted), last or in front of another case there."""
    project_id = reach_all(user, Action.EDIT_CASES, case_ids)
    places: list[int | Unset] = [UNSET] * len(case_ids)
    if before_id is not None:
        before = reach(user, Action.EDIT_CASES, before_id)
        start = _make_room(before, section_id, len(case_ids))
        places = [start + index for index in range(len(case_ids))]
    cases = writing.locked(project_id, case_ids)
    changes = [
        (cases[case_id], CaseChange(section_id=section_id, position=place))
        for case_id, place in zip(case_ids, places, strict=True)
    ]
    return _write(user, "move", changes)


@transaction.atomic
def tag_cases(*, user: User, case_ids: Sequence[int], tags: Sequence[str]) -> list[Case]:
    """Give more tags to cases."""
    project_id = reach_all(user, Action.EDIT_CASES, case_ids)
    changes = [
        (case, CaseChange(tags=[*(tag.name for tag in case.tags.all()), *tags]))
        for case in writing.locked(project_id, case_ids).values()
    ]
    return _write(user, "update", changes)


def _mark(user: User, action: str, case_ids: Collection[int], event: str) -> None:
    for case in Case.objects.filter(pk__in=case_ids):
        record(action, case, user, {})
        tell(event, case, user, fields=["deleted_at"])


@transaction.atomic
def delete_cases(*, user: User, case_ids: Sequence[int]) -> int:
    """Put cases into the trash; their results stay."""
    reach_all(user, Action.DELETE, case_ids)
    now = timezone.now()
    count = Case.objects.filter(pk__in=case_ids).update(
        deleted_at=now, updated_at=now, revision=F("revision") + 1
    )
    _mark(user, "delete", case_ids, "case.deleted")
    return count


@transaction.atomic
def restore_cases(*, user: User, case_ids: Sequence[int]) -> int:
    """Take cases out of the trash."""
    reach_all(user, Action.DELETE, case_ids, is_deleted=True)
    count = Case.objects.filter(pk__in=case_ids).update(
        deleted_at=None, updated_at=timezone.now(), revision=F("revision") + 1
    )
    _mark(user, "restore", case_ids, "case.updated")
    return count
