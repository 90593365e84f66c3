"""What the API speaks of projects and their members."""

from typing import Any

from rest_framework import serializers

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
