"""Connections between memory trackers, one of which stands in for this product."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import factory
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from integrations.connectors.memory.tracker import SCHEMA, US, MemoryTracker, install, tracker_of
from integrations.engine.rules import default_document
from integrations.models import (
    AttachmentLink,
    CommentLink,
    Connection,
    ConnectionVersion,
    Endpoint,
    Intent,
    Link,
    LinkEnd,
    SyncLog,
    SyncTask,
    System,
    SystemBudget,
    SystemTurn,
)


class SystemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = System

    kind = "memory"
    name = factory.Sequence(lambda n: f"Tracker {n}")
    base_url = "https://memory.example"
    credentials = '{"token": "right"}'
    status = System.Status.OK
    account_id = US.id


@dataclass
class Joined:
    """A connection with both its trackers; side a is this product, side b a tracker."""

    connection: Connection
    a: MemoryTracker
    b: MemoryTracker
    systems: dict[str, System]

    def endpoint(self, side: str) -> Endpoint:
        return self.connection.endpoints.get(side=side)

    def link(self) -> Link:
        return self.connection.links.get()

    def log(self) -> list[str]:
        rows = SyncLog.objects.filter(connection=self.connection).order_by("at", "id")
        return [row.message for row in rows]

    def pass_time(self, seconds: float) -> None:
        """Let rows see time go by."""
        pass_time(seconds)


def pass_time(seconds: float) -> None:
    """Let rows see time go by: everything that waits, waits so much less."""
    ago = timedelta(seconds=seconds)
    SyncTask.objects.update(
        due_at=F("due_at") - ago,
        rests_until=F("rests_until") - ago,
        lease_until=F("lease_until") - ago,
    )
    System.objects.update(breaker_until=F("breaker_until") - ago)
    SystemTurn.objects.update(lease_until=F("lease_until") - ago)
    SystemBudget.objects.update(
        filled_at=F("filled_at") - ago, blocked_until=F("blocked_until") - ago
    )
    Endpoint.objects.update(
        next_poll_at=F("next_poll_at") - ago, next_census_at=F("next_census_at") - ago
    )
    LinkEnd.objects.update(gone_since=F("gone_since") - ago)
    CommentLink.objects.update(sent_at=F("sent_at") - ago)
    AttachmentLink.objects.update(sent_at=F("sent_at") - ago)
    for intent in Intent.objects.all():
        sent_at = datetime.fromisoformat(intent.base["sent_at"]) - ago
        intent.base["sent_at"], intent.started_at = sent_at.isoformat(), intent.started_at - ago
        intent.save()


def joined(project, *, document=None, name="Tracker") -> Joined:
    """Return a connection that is switched on."""
    systems = {
        "a": SystemFactory(kind="platform"),
        "b": SystemFactory(name=name),
    }
    for side, system in systems.items():
        install(system.pk, MemoryTracker(scope=str(project.pk) if side == "a" else "MEM"))
    return connected(project, systems, document=document, name=name)


def connected(project, systems, *, document=None, name="Tracker") -> Joined:
    """Return a connection of two systems of memory trackers, switched on."""
    trackers = {side: tracker_of(system.pk) for side, system in systems.items()}
    connection = Connection.objects.create(
        project=project,
        name=name,
        salt=f"salt of {name}",
        status=Connection.Status.ACTIVE,
        installation_id=settings.SYNC_INSTALLATION_ID,
    )
    for side, system in systems.items():
        Endpoint.objects.create(
            connection=connection,
            side=side,
            system=system,
            scope=trackers[side].scope,
            next_poll_at=Now(),
        )
    ConnectionVersion.objects.create(
        connection=connection,
        number=1,
        rules=document or default_document(SCHEMA, SCHEMA),
        state=ConnectionVersion.State.PUBLISHED,
    )
    return Joined(connection, trackers["a"], trackers["b"], systems)
