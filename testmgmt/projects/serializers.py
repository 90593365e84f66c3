"""What the API speaks of projects, their members, files and jobs."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from testmgmt.core.jobs import rate_of, seconds_left
from testmgmt.core.models import Attachment, Job, TargetKind
from testmgmt.core.permissions import Role
from testmgmt.projects.models import Membership, Project

Row = dict[str, Any]
ROLES = [role.value for role in Role]


class ProjectSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    is_archived = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


def project_json(project: Project) -> Row:
    """Return a project in the API's words."""
    return {
        "id": project.pk,
        "key": project.key,
        "name": project.name,
        "description": project.description,
        "is_archived": project.is_archived,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
        "revision": project.revision,
    }


class ProjectBody(serializers.Serializer[Any]):
    """What may be said of a project; its key stays."""

    name = serializers.CharField(max_length=150)
    description = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    is_archived = serializers.BooleanField(required=False)


class NewProjectBody(serializers.Serializer[Any]):
    """What a project begins with."""

    key = serializers.CharField(max_length=10, help_text="2 to 10 capitals or digits.")
    name = serializers.CharField(max_length=150)
    description = serializers.CharField(required=False, allow_blank=True, max_length=100_000)


class MemberSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(ROLES)


def member_json(member: Membership) -> Row:
    """Return a member in the API's words."""
    return {"username": member.user.username, "name": member.user.name, "role": member.role}


class MemberBody(serializers.Serializer[Any]):
    """Who gets which role."""

    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(ROLES)


class RoleBody(serializers.Serializer[Any]):
    """The role that a member gets."""

    role = serializers.ChoiceField(ROLES)


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    project = serializers.CharField(allow_null=True, help_text="Key of the project.")
    user = serializers.CharField(allow_null=True, help_text="Username of who asked for it.")
    state = serializers.ChoiceField(Job.State.choices)
    phase = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    rate = serializers.FloatField(allow_null=True, help_text="Items a second.")
    eta_seconds = serializers.IntegerField(allow_null=True)
    warnings = serializers.IntegerField()
    message = serializers.CharField()
    result = serializers.DictField()
    is_cancel_requested = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


_JOB_FIELDS = (
    *("kind", "title", "state", "phase", "done", "total", "warnings", "message", "result"),
    *("is_cancel_requested", "created_at", "started_at", "finished_at"),
)


def job_json(job: Job, now: datetime) -> Row:
    """Return a long task in the API's words."""
    return {
        "id": job.pk,
        "project": job.project.key if job.project else None,
        "user": job.user.username if job.user else None,
        "rate": rate_of(job, now),
        "eta_seconds": seconds_left(job, now),
        **{name: getattr(job, name) for name in _JOB_FIELDS},
    }


class AttachmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    target = serializers.ChoiceField(TargetKind.choices)
    target_id = serializers.IntegerField()
    name = serializers.CharField()
    mime = serializers.CharField(help_text="Read from the bytes, never from the name.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    url = serializers.CharField(help_text="Where its bytes are.")
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


def attachment_json(file: Attachment) -> Row:
    """Return a file in the API's words."""
    return {
        "id": file.pk,
        "target": file.target_kind,
        "target_id": file.target_id,
        "name": file.name,
        "mime": file.mime,
        "size": file.blob.size,
        "sha256": file.blob_id,
        "url": reverse("projects:file", args=[file.pk]),
        "created_by": file.created_by.username if file.created_by else None,
        "created_at": file.created_at,
    }


class TargetBody(serializers.Serializer[Any]):
    """What a file hangs on."""

    target = serializers.ChoiceField(TargetKind.choices)
    target_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class UploadBody(TargetBody):
    """A file and what it hangs on."""

    file = serializers.FileField(max_length=1000)
