"""What people do with projects."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.core import attachments, audit, events, jobs
from testmgmt.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import Attachment, Job
from testmgmt.core.permissions import Action, Role
from testmgmt.core.targets import located
from testmgmt.projects.domain import PRESETS
from testmgmt.projects.models import Choice, Membership, Project
from testmgmt.projects.permissions import may_create_projects, require
from testmgmt.projects.queries import attachment_of, job_of


def add_presets(project: Project) -> None:
    """Give a fresh project its statuses, priorities and types."""
    Choice.objects.bulk_create(
        Choice(
            project=project,
            field=field,
            slug=preset.slug,
            name=preset.name,
            category=preset.category,
            position=position,
            is_default=preset.is_default,
        )
        for field, presets in PRESETS.items()
        for position, preset in enumerate(presets)
    )


def _check(project: Project) -> None:
    try:
        project.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=field, code="invalid") from error


@transaction.atomic
def create_project(*, user: User, key: str, name: str, description: str = "") -> Project:
    """Make a project; whoever makes it administers it. Guests of one project may not."""
    if not may_create_projects(user):
        raise ForbiddenError("Only administrators of the installation create projects.")
    project = Project(key=key.upper(), name=name, description=description)
    _check(project)
    project.save()
    add_presets(project)
    Membership.objects.create(project=project, user=user, role=Role.ADMIN)
    audit.record(user_id=user.pk, project_id=project.pk, action="create", target=project)
    events.publish(events.Event("project.created", project.pk, project.pk, user.pk))
    return project


def _project(project_id: int) -> Project:
    project = Project.objects.select_for_update().filter(pk=project_id).first()
    if project is None:
        raise NotFoundError("There is no such project.", field="project")
    return project


def _write(project: Project, changes: dict[str, Any], revision: int | None) -> None:
    """Save by compare-and-set, so that nobody overwrites what they have not seen."""
    rows = Project.objects.filter(pk=project.pk)
    if revision is not None:
        rows = rows.filter(revision=revision)
    if not rows.update(**changes, revision=F("revision") + 1, updated_at=timezone.now()):
        raise StaleRevisionError("Somebody changed this project in between. Look at it again.")
    project.refresh_from_db()


@transaction.atomic
def update_project(
    *, user: User, project_id: int, changes: dict[str, Any], revision: int | None = None
) -> Project:
    """Rename or describe a project, or archive it; its key stays, people know it by heart."""
    require(user, Action.CONFIGURE, project_id)
    project = _project(project_id)
    before = {name: getattr(project, name) for name in changes}
    changed = audit.changes_of(before, changes)
    for name, value in changes.items():
        setattr(project, name, value)
    _check(project)
    _write(project, changes, revision)
    audit.record(
        user_id=user.pk, project_id=project.pk, action="update", target=project, changes=changed
    )
    events.publish(events.Event("project.updated", project.pk, project.pk, user.pk))
    return project


def archive_project(*, user: User, project_id: int, is_archived: bool) -> Project:
    """Put a project away, or take it out again."""
    changes = {"is_archived": is_archived}
    return update_project(user=user, project_id=project_id, changes=changes)


def _guard_last_admin(member: Membership | None) -> None:
    if member is None or member.role != Role.ADMIN:
        return
    admins = Membership.objects.filter(project_id=member.project_id, role=Role.ADMIN)
    if not admins.exclude(pk=member.pk).exists():
        raise ConflictError("A project keeps at least one administrator.", code="last_admin")


@transaction.atomic
def set_member(*, user: User, project_id: int, username: str, role: str) -> Membership:
    """Give somebody a role in a project, whether they are new or not."""
    require(user, Action.CONFIGURE, project_id)
    project = _project(project_id)
    if role not in set(Role):
        raise DomainError(f"Choose one of: {', '.join(Role)}.", field="role")
    person = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if person is None:
        raise DomainError(f"Nobody is called “{username}”.", field="username")
    before = Membership.objects.filter(project=project, user=person).first()
    if role != Role.ADMIN:
        _guard_last_admin(before)
    member, _ = Membership.objects.update_or_create(
        project=project, user=person, defaults={"role": role}
    )
    changes = {person.username: [before.role if before else None, role]}
    audit.record(
        user_id=user.pk, project_id=project_id, action="member", target=project, changes=changes
    )
    return member


@transaction.atomic
def remove_member(*, user: User, project_id: int, username: str) -> None:
    """Take somebody out of a project; what they wrote stays."""
    require(user, Action.CONFIGURE, project_id)
    project = _project(project_id)
    members = Membership.objects.select_related("user").filter(project=project)
    member = members.filter(user__username__iexact=username).first()
    if member is None:
        raise NotFoundError(f"Nobody in this project is called “{username}”.")
    _guard_last_admin(member)
    member.delete()
    changes = {member.user.username: [member.role, None]}
    audit.record(
        user_id=user.pk, project_id=project_id, action="member", target=project, changes=changes
    )


def cancel_job(*, user: User, job_id: UUID, now: datetime) -> Job:
    """Stop a long task: one's own, or any where one administers the project."""
    job = job_of(user, job_id)
    if job.user_id != user.pk and job.project_id is not None:
        require(user, Action.CONFIGURE, job.project_id)
    return jobs.cancel_job(job=job, now=now)


def attach_file(
    *, user: User, kind: str, target_id: int, name: str, chunks: Iterable[bytes]
) -> Attachment:
    """Hang a file on a case, a result, a defect…; it takes what changing that thing takes."""
    target, action = located(kind, target_id)
    require(user, action, target.project_id)
    return attachments.attach(target=target, user_id=user.pk, name=name, chunks=chunks)


def detach_file(*, user: User, attachment_id: int) -> None:
    """Take a file off a thing."""
    attachment = attachment_of(user, attachment_id)
    _, action = located(attachment.target_kind, attachment.target_id)
    require(user, action, attachment.project_id)
    attachments.detach(attachment=attachment, user_id=user.pk)
