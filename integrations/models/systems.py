"""Systems, and the connections between them."""

import uuid

from django.conf import settings
from django.db import models

from testmgmt.core.fields import EncryptedTextField
from testmgmt.core.models import TimestampedModel


class System(TimestampedModel):
    """A tracker that we are connected to, or this product itself (`kind` platform).

    `credentials` is JSON under the field keys. `status` is what its circuit breaker says, and until
    `breaker_until` nobody calls it.
    """

    class Status(models.TextChoices):
        NEW = "new", "Not tested yet"
        OK = "ok", "Working"
        AUTH = "auth", "Sign-in refused"
        DOWN = "down", "Not reachable"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100, unique=True)
    base_url = models.CharField(max_length=500, blank=True)
    credentials = EncryptedTextField(blank=True)
    options = models.JSONField(default=dict)
    account_id = models.CharField(max_length=255, blank=True)
    account_name = models.CharField(max_length=255, blank=True)
    is_private_allowed = models.BooleanField(default=False)
    status = models.CharField(max_length=5, choices=Status, default=Status.NEW)
    status_message = models.CharField(max_length=500, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    breaker_until = models.DateTimeField(null=True)
    hook_secret = EncryptedTextField(blank=True)
    last_ok_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class SystemTurn(models.Model):
    """The right of one worker to call a system; a system has as many slots as its kind allows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="turns")
    slot = models.PositiveSmallIntegerField()
    lease_until = models.DateTimeField()
    lease_token = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "slot"], name="one_turn_a_slot")]

    def __str__(self) -> str:
        return f"{self.system_id} {self.slot}"


class SystemBudget(models.Model):
    """How much one bucket of a tracker's rate limit still holds; all workers draw from the row.

    Tokens refill continuously; `blocked_until` is what the tracker itself said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="budgets")
    bucket = models.CharField(max_length=100)
    capacity = models.FloatField()
    refill_per_second = models.FloatField()
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "bucket"], name="one_bucket")]

    def __str__(self) -> str:
        return f"{self.system_id} {self.bucket}"


class Identity(models.Model):
    """An account of one system, and whose it is: rows with the same `person` are one human.

    `person` is `user:<id>` for a user of this product, else any name that an admin gave.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="identities")
    remote_id = models.CharField(max_length=255)
    person = models.CharField(max_length=255, db_index=True)
    is_manual = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "remote_id"], name="account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} = {self.person}"


class Connection(TimestampedModel):
    """What joins side a to side b; in a project's settings, side a is the project here.

    `project` is set where one end is this product: rights follow it. The fuses count from
    `switched_on_at`. After a gap in the polling, links made since `doubt_since` may have been lost
    with a restored database, so until `doubt_until` nothing is
    created before a look for it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "On"
        PAUSED = "paused", "Off"
        SUSPENDED = "suspended", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(
        "projects.Project", models.CASCADE, null=True, related_name="connections"
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    reason = models.CharField(max_length=500, blank=True)
    salt = models.CharField(max_length=64)
    installation_id = models.CharField(max_length=64)
    switched_on_at = models.DateTimeField(null=True)
    doubt_since = models.DateTimeField(null=True)
    doubt_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="connection_name")]

    def __str__(self) -> str:
        return self.name


class ConnectionVersion(models.Model):
    """One immutable rules document of a connection; at most one is published."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        ARCHIVED = "archived", "Archived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rules = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "number"], name="rules_number"),
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state="published"),
                name="one_published_rules",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} v{self.number}"


class Endpoint(models.Model):
    """One side of a connection: a scope of a system, and how far its changes were read.

    `send` says whether what changes here travels: by itself, when a person asks, or never.
    """

    class Send(models.TextChoices):
        AUTO = "auto", "By itself"
        MANUAL = "manual", "When somebody asks"
        OFF = "off", "Never"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="endpoints")
    side = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    system = models.ForeignKey(System, models.PROTECT, related_name="endpoints")
    scope = models.CharField(max_length=255)
    scope_name = models.CharField(max_length=255, blank=True)
    send = models.CharField(max_length=6, choices=Send, default=Send.AUTO)
    cursor = models.JSONField(null=True)
    next_poll_at = models.DateTimeField(null=True)
    poll_every_seconds = models.PositiveIntegerField(default=60)
    last_ok_at = models.DateTimeField(null=True)
    next_census_at = models.DateTimeField(null=True)
    hook_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "side"], name="two_sides")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.side}"
