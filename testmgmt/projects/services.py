"""What people do with projects."""

from django.core.exceptions import ValidationError
from django.db import transaction

from testmgmt.accounts.models import User
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, ForbiddenError
from testmgmt.core.permissions import Role
from testmgmt.projects.domain import PRESETS
from testmgmt.projects.models import Choice, Membership, Project


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


@transaction.atomic
def create_project(*, user: User, key: str, name: str, description: str = "") -> Project:
    """Make a project; whoever makes it administers it. Guests of one project may not."""
    if not user.is_staff and not user.is_superuser:
        raise ForbiddenError("Only administrators of the installation create projects.")
    project = Project(key=key.upper(), name=name, description=description)
    try:
        project.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=field, code="invalid") from error
    project.save()
    add_presets(project)
    Membership.objects.create(project=project, user=user, role=Role.ADMIN)
    audit.record(user_id=user.pk, project_id=project.pk, action="create", target=project)
    events.publish(events.Event("project.created", project.pk, project.pk, user.pk))
    return project
