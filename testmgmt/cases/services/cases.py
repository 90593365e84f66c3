"""What people do with cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.cases.domain import CaseChange, NewCase
from testmgmt.cases.domain.steps import from_json
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.cases.queries.offers import custom_specs
from testmgmt.cases.queries.values import CHOICES, PROPERTIES, TEXTS
from testmgmt.cases.services import writing
from testmgmt.cases.services.reach import reach, record, tell
from testmgmt.core import comments
from testmgmt.core.errors import ConflictError, NotFoundError, StaleRevisionError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.core.permissions import Action
from testmgmt.core.targets import Target
from testmgmt.projects.names import choices_of
from testmgmt.projects.permissions import require


@transaction.atomic
def create_cases(
    *, user: User, project_id: int, cases: Sequence[NewCase], source: str = ""
) -> list[Case]:
    """Write down several cases at once, in the order in which they are given."""
    require(user, Action.EDIT_CASES, project_id)
    made = writing.insert(project_id=project_id, author_id=user.pk, cases=cases)
    for case in made:
        record("create", case, user, {})
        tell("case.created", case, user, source=source)
    return made


def _marked(project_id: int, marker: str | None) -> Case | None:
    """Return the case that holds a marker; in another project nobody may find it."""
    known = Case.objects.filter(marker=marker).first() if marker else None
    if known is not None and known.project_id != project_id:
        raise ConflictError("Another project holds this marker.", code="marker_taken")
    return known


@transaction.atomic
def create_case(*, user: User, project_id: int, case: NewCase, source: str = "") -> Case:
    """Write down a case. With a marker it is made once, however often this is called."""
    require(user, Action.EDIT_CASES, project_id)
    known = _marked(project_id, case.marker)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return create_cases(user=user, project_id=project_id, cases=[case], source=source)[0]
    except IntegrityError:
        known = _marked(project_id, case.marker)  # somebody was faster
        if known is None:
            raise
        return known


@transaction.atomic
def say(*, user: User, case_id: int, body: str, is_restricted: bool = False) -> Comment:
    """Say something of a case; what is restricted stays here."""
    case = reach(user, Action.COMMENT, case_id)
    target = Target(TargetKind.CASE, case.pk, case.project_id)
    return comments.add_comment(
        target=target, user_id=user.pk, body=body, is_restricted=is_restricted
    )


def touch(*, case_id: int, now: datetime) -> None:
    """Let a case count as changed: something was said of it, or a file came."""
    Case.objects.filter(pk=case_id).update(updated_at=now)


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
    project_id = reach(user, Action.EDIT_CASES, case_id).project_id
    case = writing.locked(project_id, [case_id])[case_id]
    _check_revision(case, revision)
    for entry in writing.change(project_id=project_id, author_id=user.pk, changes=[(case, change)]):
        record("update", case, user, entry.changes)
        tell("case.updated", case, user, source=source, fields=entry.changes)
    return case


@transaction.atomic
def delete_case(*, user: User, case_id: int, revision: int | None = None, source: str = "") -> None:
    """Put a case into the trash; its results stay."""
    reach(user, Action.DELETE, case_id)
    case = Case.objects.select_for_update().get(pk=case_id)
    _check_revision(case, revision)
    now = timezone.now()
    Case.objects.filter(pk=case_id).update(
        deleted_at=now, updated_at=now, revision=F("revision") + 1
    )
    record("delete", case, user, {})
    tell("case.deleted", case, user, source=source)


def _restorable(version: CaseVersion, current: CaseVersion, project_id: int) -> dict[str, Any]:
    """Return what an old version says, without choices and fields that are gone since."""
    offered = choices_of(project_id, *CHOICES.values())
    known = {spec.slug for spec in custom_specs(project_id)}
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
    case = reach(user, Action.EDIT_CASES, case_id)
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
