"""What people, and trackers through the sync, do with defects."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.core import audit, comments, events
from testmgmt.core.comments import SAID_HERE, Copied
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError, StaleRevisionError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.core.permissions import Action
from testmgmt.core.targets import Target
from testmgmt.defects.domain import (
    LIMITS,
    MAX_LABEL,
    PEOPLE,
    DefectChange,
    NewDefect,
    check_text,
    wanted,
)
from testmgmt.defects.models import Defect
from testmgmt.projects.domain import Progress
from testmgmt.projects.models import Choice, Tag
from testmgmt.projects.names import Choices, choices_of, member_named, tags_named
from testmgmt.projects.permissions import require, visible_projects
from testmgmt.runs.models import Result
from testmgmt.runs.services import retest

CHOICES = {
    "status": Choice.Field.DEFECT_STATUS,
    "severity": Choice.Field.SEVERITY,
    "priority": Choice.Field.PRIORITY,
}


def _locked(user: User, defect_id: int, action: Action) -> Defect:
    defect = (
        Defect.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=defect_id, deleted_at=None, project__in=visible_projects(user))
        .select_related(*CHOICES, *PEOPLE)
        .first()
    )
    if defect is None:
        raise NotFoundError("There is no such defect.")
    require(user, action, defect.project_id)
    return defect


def _tell(
    name: str, defect: Defect, user: User, source: str, changes: dict[str, list[Any]]
) -> None:
    audit.record(
        user_id=user.pk,
        project_id=defect.project_id,
        action=name.removeprefix("defect."),
        target=defect,
        changes=changes,
    )
    data = {"fields": sorted(changes)}
    events.publish(events.Event(name, defect.pk, defect.project_id, user.pk, source, data))


def _labels(project_id: int, names: Iterable[str]) -> list[Tag]:
    for name in names:
        if len(name) > MAX_LABEL or "\0" in name:
            raise DomainError(f"A label has at most {MAX_LABEL} characters.", field="labels")
    return tags_named(project_id, names)


def _values(project_id: int, named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that these words mean; choices and people are looked up."""
    offered: dict[str, Choices] = (
        choices_of(project_id, *CHOICES.values()) if named.keys() & CHOICES.keys() else {}
    )
    values: dict[str, Any] = {}
    for field, value in named.items():
        if field in CHOICES:
            choices = offered[CHOICES[field]]
            values[field] = choices.named(value, field=field) if value else choices.default
        elif field in PEOPLE:
            values[field] = member_named(project_id, value, field=field) if value else None
        elif field in LIMITS:
            values[field] = check_text(field, value)
    return values


def _shown(defect: Defect, labels: Iterable[str]) -> dict[str, Any]:
    """Return what the audit compares."""
    shown = {field: getattr(defect, field) for field in LIMITS}
    shown |= {field: getattr(defect, field).slug for field in CHOICES}
    shown |= {field: getattr(getattr(defect, field), "username", "") for field in PEOPLE}
    return shown | {"labels": sorted(labels)}


def _results_of(project_id: int, result_ids: Collection[int]) -> list[Result]:
    results = list(Result.objects.filter(pk__in=result_ids, execution__run__project_id=project_id))
    if missing := set(result_ids) - {result.pk for result in results}:
        raise DomainError(f"There is no result {min(missing)} in this project.", field="results")
    return results


@transaction.atomic
def create_defect(
    *,
    user: User,
    project_id: int,
    defect: NewDefect,
    source: str = "",
    marker: str | None = None,
) -> Defect:
    """Write down a defect. With a marker it is made once, however often this is called."""
    require(user, Action.EDIT_DEFECTS, project_id)
    values = _values(project_id, wanted(defect))
    if not (source or defect.reporter or defect.reporter_name):
        values["reporter"] = user
    if values["status"].category == Progress.DONE:
        values["closed_at"] = timezone.now()
    made, is_new = _made(project_id, marker, values)
    if is_new:
        made.labels.set(_labels(project_id, defect.labels))
        made.results.set(_results_of(project_id, defect.result_ids))
        _tell("defect.created", made, user, source, {})
    return made


def _made(project_id: int, marker: str | None, values: dict[str, Any]) -> tuple[Defect, bool]:
    if marker is None:
        return Defect.objects.create(project_id=project_id, **values), True
    found, is_new = Defect.objects.get_or_create(
        marker=marker, defaults={"project_id": project_id, **values}
    )
    if found.project_id != project_id:
        raise ConflictError("Another project holds this marker.", code="marker_taken")
    return found, is_new


@transaction.atomic
def update_defect(
    *,
    user: User,
    defect_id: int,
    change: DefectChange,
    revision: int | None = None,
    source: str = "",
) -> Defect:
    """Change a defect; a revision that is sent has to be the present one."""
    defect = _locked(user, defect_id, Action.EDIT_DEFECTS)
    if revision is not None and revision != defect.revision:
        raise StaleRevisionError("Somebody changed this defect in between.")
    named = wanted(change)
    old = [tag.name for tag in defect.labels.all()]
    before = _shown(defect, old)
    for field, value in _values(defect.project_id, named).items():
        setattr(defect, field, value)
    labels = _labels(defect.project_id, named["labels"]) if "labels" in named else None
    after = _shown(defect, old if labels is None else [tag.name for tag in labels])
    changes = audit.changes_of(before, after)
    if changes:
        _save(defect, changes)
        if labels is not None:
            defect.labels.set(labels)
        _tell("defect.updated", defect, user, source, changes)
    return defect


def _save(defect: Defect, changes: Collection[str]) -> None:
    if "status" in changes:
        is_done = defect.status.category == Progress.DONE
        defect.closed_at = (defect.closed_at or timezone.now()) if is_done else None
    defect.revision += 1
    columns = [field for field in changes if field != "labels"]
    defect.save(update_fields=[*columns, "closed_at", "revision", "updated_at"])


@transaction.atomic
def link_results(*, user: User, defect_id: int, result_ids: Collection[int]) -> Defect:
    """Say that these results show the defect too."""
    defect = _locked(user, defect_id, Action.EDIT_DEFECTS)
    results = _results_of(defect.project_id, result_ids)
    defect.results.add(*results)
    return _relinked(defect, user, "results_linked", result_ids)


@transaction.atomic
def unlink_results(*, user: User, defect_id: int, result_ids: Collection[int]) -> Defect:
    """Say that these results show something else."""
    defect = _locked(user, defect_id, Action.EDIT_DEFECTS)
    defect.results.remove(*_results_of(defect.project_id, result_ids))
    return _relinked(defect, user, "results_unlinked", result_ids)


def _relinked(defect: Defect, user: User, what: str, result_ids: Collection[int]) -> Defect:
    _save(defect, ())
    _tell("defect.updated", defect, user, "", {what: [None, sorted(result_ids)]})
    return defect


@transaction.atomic
def delete_defect(*, user: User, defect_id: int, now: datetime, source: str = "") -> None:
    """Put a defect away."""
    defect = _locked(user, defect_id, Action.DELETE)
    defect.deleted_at = now
    defect.revision += 1
    defect.save(update_fields=["deleted_at", "revision", "updated_at"])
    _tell("defect.deleted", defect, user, source, {})


@transaction.atomic
def say(
    *,
    user: User,
    defect_id: int,
    body: str,
    copied: Copied = SAID_HERE,
    is_restricted: bool = False,
    source: str = "",
) -> Comment:
    """Say something of a defect; a copy of a tracker's comment is made once per marker."""
    defect = _locked(user, defect_id, Action.COMMENT)
    return comments.add_comment(
        target=Target(TargetKind.DEFECT, defect.pk, defect.project_id),
        user_id=user.pk,
        body=body,
        copied=copied,
        is_restricted=is_restricted,
        source=source,
    )


def _said(user: User, defect_id: int, comment_id: int) -> Comment:
    defect = _locked(user, defect_id, Action.COMMENT)
    return comments.comment_on(TargetKind.DEFECT, defect.pk, comment_id)


@transaction.atomic
def edit_comment(
    *,
    user: User,
    defect_id: int,
    comment_id: int,
    body: str,
    revision: int | None = None,
    source: str = "",
) -> Comment:
    """Say it better: one's own words, or a copy that follows its tracker."""
    return comments.edit_comment(
        comment=_said(user, defect_id, comment_id),
        user_id=user.pk,
        body=body,
        revision=revision,
        source=source,
    )


@transaction.atomic
def delete_comment(*, user: User, defect_id: int, comment_id: int, source: str = "") -> None:
    """Take one's words back."""
    comments.delete_comment(
        comment=_said(user, defect_id, comment_id), user_id=user.pk, source=source
    )


def touch(*, defect_id: int, now: datetime) -> None:
    """Let a defect count as changed: something was said of it, or a file came."""
    Defect.objects.filter(pk=defect_id).update(updated_at=now)


@transaction.atomic
def retest_all(*, user: User, defect_id: int, now: datetime) -> int:
    """Ask for another attempt at every test that shows a defect, in runs that are open."""
    defect = _locked(user, defect_id, Action.EXECUTE)
    tests: dict[int, set[int]] = defaultdict(set)
    shown = defect.results.filter(
        execution__run__closed_at=None, execution__run__deleted_at=None
    ).order_by("execution__run_id")
    for run_id, pk in shown.values_list("execution__run_id", "execution_id"):
        tests[run_id].add(pk)
    comment = f"{defect.key} is {defect.status.name}."
    for run_id, pks in tests.items():
        retest(user=user, run_id=run_id, execution_ids=sorted(pks), comment=comment, now=now)
    return sum(len(pks) for pks in tests.values())
