"""What the API says of connections and their rules."""

from typing import Any

from rest_framework import serializers

from integrations.models import Connection, ConnectionVersion, Endpoint
from integrations.services import Problem


class EndSerializer(serializers.Serializer[Any]):
    system = serializers.UUIDField()
    tracker = serializers.CharField()
    base_url = serializers.CharField(allow_blank=True)
    scope = serializers.CharField()
    scope_name = serializers.CharField(allow_blank=True)
    last_ok_at = serializers.DateTimeField(allow_null=True)


class ConnectionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    project = serializers.CharField(
        allow_null=True, help_text="None where it joins two trackers: staff manage it."
    )
    status = serializers.ChoiceField(Connection.Status.choices)
    is_on = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)
    rules_version = serializers.IntegerField(allow_null=True)
    a = EndSerializer()
    b = EndSerializer()


class EndBody(serializers.Serializer[Any]):
    system = serializers.UUIDField()
    scope = serializers.CharField(max_length=255, help_text="An id of /integrations/{id}/projects.")


class ConnectionBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class NewConnectionBody(ConnectionBody):
    project = serializers.CharField(
        required=False, help_text="The project here; or `a`, another tracker."
    )
    a = EndBody(required=False)
    b = EndBody()


class VersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="0 for a draft.")
    state = serializers.CharField(help_text="draft, published or archived.")
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(allow_blank=True)


class VersionWithRulesSerializer(VersionSerializer):
    rules = serializers.JSONField()


class RulesSerializer(serializers.Serializer[Any]):
    published = VersionWithRulesSerializer(allow_null=True)
    draft = VersionWithRulesSerializer(allow_null=True)


class RuleProblemSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class ValidatedSerializer(serializers.Serializer[Any]):
    is_ok = serializers.BooleanField()
    problems = RuleProblemSerializer(many=True)


class DocumentBody(serializers.Serializer[Any]):
    rules = serializers.JSONField(required=False, help_text="Left out: the draft.")


def connection_json(connection: Connection) -> dict[str, Any]:
    """Return a connection with its two ends, without anything secret."""
    ends = {end.side: _end_json(end) for end in connection.endpoints.all()}
    return {
        "id": connection.pk,
        "name": connection.name,
        "description": connection.description,
        "project": connection.project.key if connection.project else None,
        "status": connection.status,
        "is_on": connection.status == Connection.Status.ACTIVE,
        "message": connection.reason,
        "rules_version": getattr(connection, "version", None),
        "a": ends["a"],
        "b": ends["b"],
    }


def _end_json(end: Endpoint) -> dict[str, Any]:
    return {
        "system": end.system.pk,
        "tracker": end.system.kind,
        "base_url": end.system.base_url,
        "scope": end.scope,
        "scope_name": end.scope_name,
        "last_ok_at": end.last_ok_at,
    }


def version_json(version: ConnectionVersion) -> dict[str, Any]:
    """Return a version of rules without its document."""
    return {
        "number": version.number,
        "state": version.state,
        "created_at": version.created_at,
        "created_by": version.created_by.username if version.created_by else "",
    }


def rules_json(version: ConnectionVersion | None) -> dict[str, Any] | None:
    """Return a version of rules with its document, None where there is none."""
    return None if version is None else {**version_json(version), "rules": version.rules}


def problems_json(problems: list[Problem]) -> dict[str, Any]:
    """Return what is wrong with a document."""
    return {
        "is_ok": not problems,
        "problems": [{"path": one.path, "message": one.message} for one in problems],
    }
