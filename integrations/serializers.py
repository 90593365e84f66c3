"""What the API says of connections and syncs; secrets are never among it."""

from typing import Any

from rest_framework import serializers

from integrations.base.items import Verified
from integrations.models import Endpoint, SyncLog
from integrations.queries import Lane


class ConflictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    field = serializers.CharField()
    kind = serializers.CharField()
    message = serializers.CharField(allow_blank=True)


class ChoiceBody(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(["ours", "theirs", "release"])


class LaneSerializer(serializers.Serializer[Any]):
    connection = serializers.UUIDField()
    tracker = serializers.CharField()
    state = serializers.ChoiceField(
        ["off", "new", "busy", "waiting", "failed", "held", "gone", "ok"]
    )
    message = serializers.CharField(allow_blank=True)
    key = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True)
    synced_at = serializers.DateTimeField(allow_null=True)
    conflicts = ConflictSerializer(many=True)


class LogSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    direction = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    fields_changed = serializers.ListField(child=serializers.CharField())


class ConnectionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    tracker = serializers.CharField()
    base_url = serializers.CharField()
    scope = serializers.CharField()
    is_on = serializers.BooleanField()
    status = serializers.CharField()
    message = serializers.CharField(allow_blank=True)


class CheckSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    is_ok = serializers.BooleanField()
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)


class VerifiedSerializer(serializers.Serializer[Any]):
    is_ok = serializers.BooleanField()
    account = serializers.CharField()
    version = serializers.CharField()
    checks = CheckSerializer(many=True)


def lane_json(lane: Lane) -> dict[str, Any]:
    """Return how a thing stands in one connection."""
    return {
        "connection": lane.connection.pk,
        "tracker": lane.tracker,
        "state": lane.state.value,
        "message": lane.problem,
        "key": lane.end.key if lane.end else "",
        "url": lane.end.url if lane.end else "",
        "status": lane.end.status_name if lane.end else "",
        "synced_at": lane.link.synced_at if lane.link else None,
        "conflicts": [
            {"id": one.pk, "field": one.field, "kind": one.kind, "message": one.message}
            for one in lane.holds
        ],
    }


def log_json(entry: SyncLog) -> dict[str, Any]:
    """Return one decision of the sync."""
    return {
        "at": entry.at,
        "action": entry.action,
        "direction": entry.direction,
        "outcome": entry.outcome,
        "message": entry.message,
        "fix": entry.fix,
        "fields_changed": entry.fields,
    }


def connection_json(far: Endpoint) -> dict[str, Any]:
    """Return a connection without anything secret."""
    connection = far.connection
    return {
        "id": connection.pk,
        "name": connection.name,
        "tracker": far.system.kind,
        "base_url": far.system.base_url,
        "scope": far.scope_name or far.scope,
        "is_on": connection.status == connection.Status.ACTIVE,
        "status": far.system.status,
        "message": connection.reason or far.system.status_message,
    }


def verified_json(verified: Verified) -> dict[str, Any]:
    """Return what a test found."""
    return {
        "is_ok": verified.is_ok,
        "account": verified.account_name,
        "version": verified.version,
        "checks": [
            {"name": one.name, "is_ok": one.is_ok, "message": one.message, "fix": one.fix}
            for one in verified.checks
        ],
    }
