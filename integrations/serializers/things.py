"""What the API says of a thing here and its counterparts."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from integrations.base.items import Found
from integrations.models import SyncLog
from integrations.queries import Lane, LaneState

STATES = f"{', '.join(LaneState)}."
_UNFINISHED = {LaneState.BUSY, LaneState.WAITING}
_WORST_FIRST = (
    LaneState.BUSY,
    LaneState.WAITING,
    LaneState.FAILED,
    LaneState.HELD,
    LaneState.GONE,
    LaneState.OK,
    LaneState.UNLINKED,
)


class HeldSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    field = serializers.CharField()
    kind = serializers.CharField()
    message = serializers.CharField(allow_blank=True)


class ChoiceBody(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(["ours", "theirs", "release"])


class LaneSerializer(serializers.Serializer[Any]):
    connection = serializers.UUIDField()
    tracker = serializers.CharField()
    state = serializers.CharField(help_text=STATES)
    message = serializers.CharField(allow_blank=True)
    link = serializers.UUIDField(allow_null=True)
    task = serializers.UUIDField(allow_null=True, help_text="Its row of /api/sync/queue.")
    key = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True)
    synced_at = serializers.DateTimeField(allow_null=True)
    conflicts = HeldSerializer(many=True)


class SyncSerializer(serializers.Serializer[Any]):
    job = serializers.CharField(help_text="The address that tells how it goes.")
    state = serializers.CharField(help_text=STATES)
    is_done = serializers.BooleanField()
    lanes = LaneSerializer(many=True)


class LogSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    direction = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    fields_changed = serializers.ListField(child=serializers.CharField())


class LinkBody(serializers.Serializer[Any]):
    connection = serializers.UUIDField(
        required=False, help_text="Needed where the project has several."
    )
    item = serializers.CharField(max_length=1000, help_text="The item's key or address.")


class UnlinkBody(serializers.Serializer[Any]):
    connection = serializers.UUIDField(
        required=False, help_text="Needed where the thing has several links."
    )


class FoundSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    key = serializers.CharField()
    url = serializers.CharField()
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()


def lane_json(lane: Lane) -> dict[str, Any]:
    """Return how a thing stands in one connection."""
    return {
        "connection": lane.connection.pk,
        "tracker": lane.tracker,
        "state": lane.state.value,
        "message": lane.problem,
        "link": lane.link.pk if lane.link else None,
        "task": lane.task.pk if lane.task else None,
        "key": lane.end.key if lane.end else "",
        "url": lane.end.url if lane.end else "",
        "status": lane.end.status_name if lane.end else "",
        "synced_at": lane.link.synced_at if lane.link else None,
        "conflicts": [
            {"id": one.pk, "field": one.field, "kind": one.kind, "message": one.message}
            for one in lane.holds
        ],
    }


def sync_json(url: str, lanes: Sequence[Lane]) -> dict[str, Any]:
    """Return how the sync of a thing goes; its state is that of the lane that needs one most."""
    states = {lane.state for lane in lanes}
    state = next((state for state in _WORST_FIRST if state in states), LaneState.NEW)
    return {
        "job": url,
        "state": state.value,
        "is_done": not states & _UNFINISHED,
        "lanes": [lane_json(lane) for lane in lanes],
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


def found_json(found: Found) -> dict[str, Any]:
    """Return an item of a tracker that can be linked."""
    return {
        "id": found.ref.id,
        "key": found.key,
        "url": found.url,
        "type": found.type,
        "title": found.title,
        "status": found.status,
    }
