"""What people do with cases."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.cases.domain import UNSET, CaseChange, NewCase, Unset
from testmgmt.cases.domain.steps import from_json
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.cases.services import writing
from testmgmt.cases.services.content import PROPERTIES, TEXTS
from testmgmt.cases.services.vocabulary import CHOICES
from testmgmt.core import audit, events
from testmgmt.core.errors import NotFoundError, StaleRevisionError
from testmgmt.core.permissions import Action
from testmgmt.projects.models import CustomField
from testmgmt.projects.names import choices_of
from testmgmt.projects.permissions import require, visible_projects


def _reach(user: User, action: Action, case_id: int, *, is_deleted: bool = False) -> Case:
    """Return a case on which somebody may act; a stranger's does not exist."""
    case = Case.objects.filter(
        pk=case_id,
        project__in=visible_projects(user),
        deleted_at__isnull=not is_deleted,
    ).first()
    if case is None:
        raise NotFoundError("There is no such case.")
    require(user, action, case.project_id)
    return case


def _tell(name: str, case: Case, user: User, source: str, fields: Collection[str] = ()) -> None:
    data = {"fields": sorted(fields)}
    events.publish(events.Event(name, case.pk, case.project_id, user.pk, source, data))


def _record(action: str, case: Case, user: User, changes: dict[str, list[Any]]) -> None:
    audit.record(
        user_id=user.pk, project_id=case.project_id, action=action, target=case, changes=changes
    )


@transaction.atomic
def create_cases(
    *, user: User, project_id: int, cases: Sequence[NewCase], source: str = ""
) -> list[Case]:
    """Write down several cases at once, in the order in which they are given."""
    require(user, Action.EDIT_CASES, project_id)
    made = writing.insert(project_id=project_id, author_id=user.pk, cases=cases)
    for case in made:
        _record("create", case, user, {})
        _tell("case.created", case, user, source)
    return made


def create_case(*, user: User, project_id: int, case: NewCase, source: str = "") -> Case:
    """Write down a case."""
    return create_cases(user=user, project_id=project_id, cases=[case], source=source)[0]


def _check_revision(case: Case, revision: int | None) -> None:
    if revision is not None and case.revision != revision:
        raise StaleRevisionError(
            f"{case.key} was changed in the meantime: it is at revision {case.revision}, "
            f"and this change was made to revision {revision}.",
            field="revision",
        )


@transaction.atomic
def update_case(
    *,
    user: User,
    case_id: int,
    change: CaseChange,
    revision: int | None = None,
    source: str = "",
) -> Case:
    """Change a case, but only at the revision that was looked at, where one is named."""
    project_id = _reach(user, Action.EDIT_CASES, case_id).project_id
    case = writing.locked(project_id, [case_id])[case_id]
    _check_revision(case, revision)
    for entry in writing.change(project_id=project_id, author_id=user.pk, changes=[(case, change)]):
        _record("update", case, user, entry.changes)
        _tell("case.updated", case, user, source, entry.changes)
    return case


def _mark(case: Case, **columns: Any) -> None:
    Case.objects.filter(pk=case.pk).update(
        **columns, revision=F("revision") + 1, updated_at=timezone.now()
    )


@transaction.atomic
def delete_case(*, user: User, case_id: int, revision: int | None = None, source: str = "") -> None:
    """Put a case into the trash; its results stay."""
    case = _reach(user, Action.DELETE, case_id)
    case = Case.objects.select_for_update().get(pk=case.pk)
    _check_revision(case, revision)
    _mark(case, deleted_at=timezone.now())
    _record("delete", case, user, {})
    _tell("case.deleted", case, user, source)


@transaction.atomic
def restore_case(*, user: User, case_id: int) -> Case:
    """Take a case out of the trash."""
    case = _reach(user, Action.DELETE, case_id, is_deleted=True)
    _mark(case, deleted_at=None)
    _record("restore", case, user, {})
    _tell("case.updated", case, user, "", ["deleted_at"])
    return Case.objects.get(pk=case.pk)


def _restorable(version: CaseVersion, current: CaseVersion, project_id: int) -> dict[str, Any]:
    """Return what an old version says, without choices and fields that are gone since."""
    offered = choices_of(project_id, *CHOICES.values())
    fields = CustomField.objects.filter(project_id=project_id, entity="case", is_active=True)
    known = set(fields.values_list("slug", flat=True))
    values = {name: version.properties[name] for name in PROPERTIES if name in version.properties}
    for name in values.keys() & CHOICES.keys():
        if values[name] not in {choice.slug for choice in offered[CHOICES[name]].rows}:
            del values[name]
    gone = dict.fromkeys(current.custom.keys() & known)
    values["custom"] = gone | {k: v for k, v in version.custom.items() if k in known}
    return values


@transaction.atomic
def restore_version(*, user: User, case_id: int, number: int, revision: int | None = None) -> Case:
    """Make a case say again what an old version said; that is a new version."""
    case = _reach(user, Action.EDIT_CASES, case_id)
    versions = {entry.number: entry for entry in case.versions.filter(number=number)}
    if number not in versions or case.current is None:
        raise NotFoundError(f"{case.key} has no version {number}.")
    old = versions[number]
    change = CaseChange(
        **{name: getattr(old, name) for name in TEXTS},
        **_restorable(old, case.current, case.project_id),
        steps=from_json(old.steps),
        note=f"Restored version {number}",
    )
    return update_case(user=user, case_id=case_id, change=change, revision=revision)


def _make_room(project_id: int, section_id: int | None, before: Case, size: int) -> int:
    """Shift a case and all behind it; return the position in front of it."""
    behind = Q(position__gt=before.position) | Q(position=before.position, pk__gte=before.pk)
    place = Q(section=None) if section_id is None else Q(section=section_id)
    same = Case.objects.filter(behind, place, project_id=project_id)
    same.update(position=F("position") + size + 1)
    return before.position + 1


@transaction.atomic
def move_cases(
    *, user: User, case_ids: Sequence[int], section_id: int | None, before_id: int | None = None
) -> list[Case]:
    """Put cases into a section (None: unsorted), last or in front of another case there."""
    project_id = _reach(user, Action.EDIT_CASES, case_ids[0]).project_id if case_ids else 0
    places: list[int | Unset] = [UNSET] * len(case_ids)
    if before_id is not None:
        before = _reach(user, Action.EDIT_CASES, before_id)
        start = _make_room(project_id, section_id, before, len(case_ids))
        places = [start + index for index in range(len(case_ids))]
    cases = writing.locked(project_id, case_ids)
    if missing := set(case_ids) - cases.keys():
        raise NotFoundError(f"There is no case {min(missing)} in this project.")
    changes = [
        (cases[case_id], CaseChange(section_id=section_id, position=place))
        for case_id, place in zip(case_ids, places, strict=True)
    ]
    moved = writing.change(project_id=project_id, author_id=user.pk, changes=changes)
    for entry in moved:
        _record("move", entry.case, user, entry.changes)
        _tell("case.updated", entry.case, user, "", entry.changes)
    return [entry.case for entry in moved]
