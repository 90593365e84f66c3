"""What the API says of the queue, of conflicts, and of the sync in numbers."""

from typing import Any

from rest_framework import serializers

from integrations.models import Conflict, LinkEnd, SyncTask
from integrations.queries import STATES, Lag, Metrics


class ItemSerializer(serializers.Serializer[Any]):
    side = serializers.CharField()
    key = serializers.CharField()
    url = serializers.CharField(allow_blank=True)


class TaskSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField(help_text=f"{', '.join(STATES)}.")
    connection = serializers.UUIDField()
    system = serializers.UUIDField()
    link = serializers.UUIDField(allow_null=True)
    item = serializers.CharField(allow_blank=True, help_text="Of an item without a link yet.")
    items = ItemSerializer(many=True)
    why = serializers.CharField(allow_blank=True)
    priority = serializers.IntegerField(help_text="0 comes first: somebody waits.")
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)
    error_class = serializers.CharField(allow_blank=True)


class ReplayBody(serializers.Serializer[Any]):
    connection = serializers.UUIDField(required=False, help_text="Of this connection only.")


class ReplayedSerializer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField()


class ConflictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    connection = serializers.UUIDField()
    project = serializers.CharField(allow_null=True)
    link = serializers.UUIDField()
    items = ItemSerializer(many=True)
    field = serializers.CharField()
    kind = serializers.ChoiceField(Conflict.Kind.choices)
    message = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.CharField(allow_blank=True)
    resolved_by = serializers.CharField(allow_blank=True)


class SideBody(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(["a", "b", "release"])


class LagSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    p50 = serializers.IntegerField(allow_null=True)
    p95 = serializers.IntegerField(allow_null=True)


class LagsSerializer(serializers.Serializer[Any]):
    a_to_b = LagSerializer()
    b_to_a = LagSerializer()


class DepthSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    dead = serializers.IntegerField()
    oldest_seconds = serializers.IntegerField()


class BucketSerializer(serializers.Serializer[Any]):
    system = serializers.CharField()
    bucket = serializers.CharField()
    capacity = serializers.FloatField()
    left = serializers.FloatField()


class MetricsSerializer(serializers.Serializer[Any]):
    window_seconds = serializers.IntegerField()
    lag_seconds = LagsSerializer()
    queue = DepthSerializer()
    writes_per_minute = serializers.FloatField()
    found_by_hook = serializers.IntegerField()
    found_by_poll = serializers.IntegerField()
    holds = serializers.IntegerField()
    budgets = BucketSerializer(many=True)


def _item_json(end: LinkEnd) -> dict[str, Any]:
    return {"side": end.side, "key": end.key or end.item_id, "url": end.url}


def _state(task: SyncTask) -> str:
    if task.state == SyncTask.State.DEAD:
        return "dead"
    return task.state if task.generation > task.done else "done"


def task_json(task: SyncTask) -> dict[str, Any]:
    """Return a row of the queue, with why it is where it is."""
    return {
        "id": task.pk,
        "state": _state(task),
        "connection": task.connection_id,
        "system": task.system_id,
        "link": task.link_id,
        "item": task.item_id,
        "items": [_item_json(end) for end in task.link.ends.all()] if task.link else [],
        "why": task.why,
        "priority": task.priority,
        "attempts": task.attempts,
        "due_at": task.due_at,
        "reason": task.error,
        "error_class": task.error_class,
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """Return a field that stands still, or stood."""
    connection = conflict.link.connection
    return {
        "id": conflict.pk,
        "connection": connection.pk,
        "project": connection.project.key if connection.project else None,
        "link": conflict.link_id,
        "items": [_item_json(end) for end in conflict.link.ends.all()],
        "field": conflict.field,
        "kind": conflict.kind,
        "message": conflict.message,
        "opened_at": conflict.opened_at,
        "resolved_at": conflict.resolved_at,
        "resolution": conflict.resolution,
        "resolved_by": conflict.resolved_by.username if conflict.resolved_by else "",
    }


def _lag_json(lag: Lag) -> dict[str, Any]:
    return {"count": lag.count, "p50": lag.p50, "p95": lag.p95}


def metrics_json(metrics: Metrics) -> dict[str, Any]:
    """Return the numbers of a window."""
    return {
        "window_seconds": metrics.window_seconds,
        "lag_seconds": {name: _lag_json(lag) for name, lag in metrics.lag.items()},
        "queue": {
            "waiting": metrics.queue.waiting,
            "dead": metrics.queue.dead,
            "oldest_seconds": metrics.queue.oldest_seconds,
        },
        "writes_per_minute": metrics.writes_per_minute,
        "found_by_hook": metrics.found_by_hook,
        "found_by_poll": metrics.found_by_poll,
        "holds": metrics.holds,
        "budgets": [
            {
                "system": system,
                "bucket": one.bucket,
                "capacity": one.capacity,
                "left": round(one.left, 1),
            }
            for system, one in metrics.budgets
        ],
    }


def metrics_text(numbers: dict[str, Any]) -> str:
    """Return the numbers as Prometheus reads them.

    https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    """
    lines = []
    for direction, lag in numbers["lag_seconds"].items():
        for name, share in (("p50", "0.5"), ("p95", "0.95")):
            if lag[name] is not None:
                labels = f'direction="{direction}",quantile="{share}"'
                lines.append(f"testmgmt_sync_lag_seconds{{{labels}}} {lag[name]}")
    lines += [f"testmgmt_sync_queue_{name} {value}" for name, value in numbers["queue"].items()]
    for name in ("writes_per_minute", "found_by_hook", "found_by_poll", "holds"):
        lines.append(f"testmgmt_sync_{name} {numbers[name]}")
    for one in numbers["budgets"]:
        labels = f"system={_label(one['system'])},bucket={_label(one['bucket'])}"
        lines.append(f"testmgmt_sync_budget_left{{{labels}}} {one['left']}")
    return "\n".join([*lines, ""])


def _label(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
