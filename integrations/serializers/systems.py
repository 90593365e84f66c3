"""What the API says of trackers; credentials only come in."""

import json
from typing import Any

from rest_framework import serializers

from integrations.base.items import Schema, Scope, Verified
from integrations.models import System
from integrations.queries import Health
from integrations.registry import connector_class


class SystemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    base_url = serializers.CharField()
    config = serializers.DictField(child=serializers.CharField())
    secrets_set = serializers.ListField(child=serializers.CharField())
    account = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    is_private_allowed = serializers.BooleanField()
    last_ok_at = serializers.DateTimeField(allow_null=True)


class SystemBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    base_url = serializers.URLField(max_length=500)
    credentials = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        write_only=True,
        help_text="By the names of the tracker's inputs; never given out again.",
    )
    is_private_allowed = serializers.BooleanField(required=False)


class NewSystemBody(SystemBody):
    kind = serializers.CharField(max_length=20)
    project = serializers.CharField(required=False, help_text="A project that you administer.")


class ScopeBody(serializers.Serializer[Any]):
    project = serializers.CharField(
        required=False, allow_blank=True, help_text="Test the rights in this project there as well."
    )


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


class ScopeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    key = serializers.CharField()
    name = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(allow_blank=True)


class FieldSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    is_required = serializers.BooleanField()
    is_writable = serializers.BooleanField()
    has_default = serializers.BooleanField()
    options = OptionSerializer(many=True)


class TypeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    fields = FieldSerializer(many=True)  # type: ignore[assignment]  # shadows the framework's own


class BreakerSerializer(serializers.Serializer[Any]):
    is_open = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField()


class HookHealthSerializer(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="not set up, not heard yet, working or silent.")
    words = serializers.CharField()
    url = serializers.CharField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    found_by_hook = serializers.IntegerField()
    found_by_poll = serializers.IntegerField()


class BudgetSerializer(serializers.Serializer[Any]):
    bucket = serializers.CharField()
    capacity = serializers.FloatField()
    left = serializers.FloatField()
    blocked_until = serializers.DateTimeField(allow_null=True)


class QueueDepthSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    dead = serializers.IntegerField()
    oldest_seconds = serializers.IntegerField()


class HealthSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    words = serializers.CharField()
    last_ok_at = serializers.DateTimeField(allow_null=True)
    breaker = BreakerSerializer()
    hook = HookHealthSerializer()
    budgets = BudgetSerializer(many=True)
    queue = QueueDepthSerializer()


class SecretSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    secret = serializers.CharField(help_text="Shown this once.")


def system_json(system: System) -> dict[str, Any]:
    """Return a tracker: of its secrets, only which are set."""
    stored: dict[str, str] = json.loads(system.credentials or "{}")
    inputs = connector_class(system.kind).config_fields
    return {
        "id": system.pk,
        "kind": system.kind,
        "name": system.name,
        "base_url": system.base_url,
        "config": {one.name: stored.get(one.name, "") for one in inputs if not one.is_secret},
        "secrets_set": [one.name for one in inputs if one.is_secret and stored.get(one.name)],
        "account": system.account_name,
        "status": system.status,
        "message": system.status_message,
        "is_private_allowed": system.is_private_allowed,
        "last_ok_at": system.last_ok_at,
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


def scope_json(scope: Scope) -> dict[str, Any]:
    """Return a project or repository of a tracker."""
    return {"id": scope.id, "key": scope.key, "name": scope.name}


def schema_json(schema: Schema) -> list[dict[str, Any]]:
    """Return the types of a scope with their fields."""
    return [
        {
            "id": type_.id,
            "name": type_.name,
            "fields": [
                {
                    "id": field.id,
                    "name": field.name,
                    "type": field.type.value,
                    "role": field.role,
                    "is_required": field.is_required,
                    "is_writable": field.is_writable,
                    "has_default": field.has_default,
                    "options": [
                        {"id": one.id, "name": one.name, "category": one.category}
                        for one in field.options
                    ],
                }
                for field in type_.fields
            ],
        }
        for type_ in schema.types
    ]


def health_json(health: Health) -> dict[str, Any]:
    """Return how a tracker does."""
    system = health.system
    return {
        "status": system.status,
        "words": health.words,
        "last_ok_at": system.last_ok_at,
        "breaker": {
            "is_open": health.is_resting,
            "until": system.breaker_until if health.is_resting else None,
            "failures": system.failures,
        },
        "hook": {
            "state": health.hook.state,
            "words": health.hook.words,
            "url": health.hook.url,
            "last_seen_at": health.hook.last_seen_at,
            "found_by_hook": health.hook.found_by_hook,
            "found_by_poll": health.hook.found_by_poll,
        },
        "budgets": [
            {
                "bucket": one.bucket,
                "capacity": one.capacity,
                "left": round(one.left, 1),
                "blocked_until": one.blocked_until,
            }
            for one in health.budgets
        ],
        "queue": {
            "waiting": health.queue.waiting,
            "dead": health.queue.dead,
            "oldest_seconds": health.queue.oldest_seconds,
        },
    }
