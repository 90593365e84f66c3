"""What the tests of the fault matrix do again and again, with both trackers of a connection."""

from collections.abc import Callable
from dataclasses import replace

from integrations import services, store
from integrations.base.items import Schema
from integrations.connectors.memory.tracker import FIELDS, SCHEMA
from integrations.models import Conflict, ConnectionVersion, Link, SyncTask
from tests.factories.integrations import Joined, pass_time

WRITES = {"create", "update", "add_comment", "edit_comment", "delete_comment", "upload", "delete"}


def hinted(both: Joined, side: str = "a", item_id: str = "1") -> None:
    """Mark an item as changed, as a save or a webhook does."""
    store.hint(endpoint=both.endpoint(side), item_id=item_id, why="hint")


def drained(both: Joined) -> int:
    """Let a worker do what is due for the tracker."""
    return services.drain(system_id=both.systems["b"].pk)


def minute(both: Joined, seconds: float = 61) -> None:
    """Let a minute go by: both sides are polled, what is due is done."""
    pass_time(seconds)
    for side in ("a", "b"):
        services.drain(system_id=both.systems[side].pk)


def minutes(both: Joined, count: int) -> None:
    for _ in range(count):
        minute(both)


def link_of(both: Joined, title: str = "Login fails") -> None:
    """Add an item to side a and give it its counterpart; both have id 1 where they are first."""
    minute(both)
    both.a.add({"title": title})
    hinted(both)
    drained(both)


def once(tracker, call: str, moment: str, act: Callable[[], None]) -> None:
    """Do something the first time that a call of a tracker comes to a moment."""

    def hook(name: str, when: str) -> None:
        if (name, when) == (call, moment):
            tracker.hook = None
            act()

    tracker.hook = hook


def failing(error: Exception) -> Callable[[], None]:
    """Return an act that fails."""

    def act() -> None:
        raise error

    return act


def writes(tracker) -> int:
    """Count the calls that changed something; a batch counts as one."""
    return sum(call in WRITES or call == "update_many" for call in tracker.calls)


def texts(tracker, item_id: str = "1") -> list[str]:
    return sorted(comment.body.md for comment in tracker.records[item_id].comments)


def held() -> set[str]:
    """Return the fields that wait for a person."""
    return set(Conflict.objects.filter(resolved_at=None).values_list("field", flat=True))


def states() -> list[str]:
    return sorted(Link.objects.values_list("state", flat=True))


def open_tasks() -> int:
    """Count the tasks that were given up or are not done."""
    return sum(
        task.state == SyncTask.State.DEAD or task.generation > task.done
        for task in SyncTask.objects.all()
    )


def is_silent(both: Joined) -> bool:
    """Say whether three forced syncs of everything write nothing."""
    before = writes(both.a), writes(both.b)
    for _ in range(3):
        for side, tracker in (("a", both.a), ("b", both.b)):
            for item_id in list(tracker.records):
                hinted(both, side, item_id)
        minute(both)
    return (writes(both.a), writes(both.b)) == before


def set_rules(both, **changes):
    """Publish changed rules."""
    old = both.connection.versions.get(state=ConnectionVersion.State.PUBLISHED)
    both.connection.versions.update(state=ConnectionVersion.State.ARCHIVED)
    both.connection.versions.create(
        number=old.number + 1,
        rules={**old.rules, **changes},
        state=ConnectionVersion.State.PUBLISHED,
    )


def lean_schema() -> Schema:
    """Return what a memory tracker can hold, without the priority High."""
    fields = tuple(
        replace(field, options=field.options[1:]) if field.id == "priority" else field
        for field in FIELDS
    )
    return Schema(tuple(replace(one, fields=fields) for one in SCHEMA.types))
