"""What the API says of what a sync would do, and why it did what it did."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from integrations.services import Change, Explanation, Foreseen


class ChangeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    field = serializers.CharField()
    to = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    why = serializers.CharField()


class StuckSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    words = serializers.CharField()


class ForeseenSerializer(serializers.Serializer[Any]):
    side = serializers.CharField()
    item = serializers.CharField()
    key = serializers.CharField()
    verdict = serializers.CharField(help_text="create, update, nothing, hold, skip or error.")
    reason = serializers.CharField(allow_blank=True)
    changes = ChangeSerializer(many=True)
    problems = StuckSerializer(many=True)


class PreviewBody(serializers.Serializer[Any]):
    item = serializers.CharField(
        required=False, max_length=255, help_text="Id of one item; without it, everything."
    )
    side = serializers.CharField(required=False, help_text="Where the item is: a (default) or b.")
    is_draft = serializers.BooleanField(
        required=False, help_text="By the draft of the rules instead of those that hold."
    )

    def validate_side(self, side: str) -> str:
        """Allow the two sides only."""
        if side not in {"a", "b"}:
            raise serializers.ValidationError("a or b is needed.")
        return side


class PreviewJobSerializer(serializers.Serializer[Any]):
    job = serializers.CharField(help_text="The address that tells how far it is.")
    preview = serializers.CharField(help_text="The address of its outcome.")


class PreviewSerializer(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="queued, running, done, failed or cancelled.")
    done = serializers.IntegerField()
    message = serializers.CharField(allow_blank=True)
    result = serializers.JSONField(
        help_text="counts, reasons, problems, unwritable, fields with their items, calls."
    )
    changes = ChangeSerializer(many=True, help_text="Of the field asked for, read now.")


class ReasonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    is_ok = serializers.BooleanField()
    words = serializers.CharField()


class ExplanationSerializer(serializers.Serializer[Any]):
    is_clear = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)
    plan = ForeseenSerializer(allow_null=True)


def _change_json(key: str, change: Change) -> dict[str, Any]:
    return {
        "key": key,
        "field": change.field,
        "to": change.to,
        "before": change.before,
        "after": change.after,
        "why": change.why,
    }


def foreseen_json(one: Foreseen) -> dict[str, Any]:
    """Return what would become of an item."""
    return {
        "side": one.side,
        "item": one.item_id,
        "key": one.key,
        "verdict": one.verdict.value,
        "reason": one.reason,
        "changes": [_change_json(one.key, change) for change in one.changes],
        "problems": [{"field": name, "words": words} for name, words in one.problems],
    }


def changes_json(changes: Sequence[tuple[Foreseen, Change]]) -> list[dict[str, Any]]:
    """Return a page of what would change in one field."""
    return [_change_json(one.key, change) for one, change in changes]


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """Return everything that decides about an item."""
    foreseen = explanation.foreseen
    return {
        "is_clear": explanation.is_clear,
        "reasons": [
            {"name": one.name, "is_ok": one.is_ok, "words": one.words}
            for one in explanation.reasons
        ],
        "plan": foreseen_json(foreseen) if foreseen else None,
    }
