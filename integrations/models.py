"""Systems, connections, links, and the queue. No table here holds a field's value."""

import uuid

from django.conf import settings
from django.db import models

from testmgmt.core.fields import EncryptedTextField
from testmgmt.core.models import TimestampedModel


class System(TimestampedModel):
    """A tracker that we are connected to, or this product itself (`kind` platform).

    `credentials` is JSON under the field keys. `status` is what its circuit breaker says, and until
    `breaker_until` nobody calls it. One worker at a time holds the lease and works for it.
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
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    hook_secret = EncryptedTextField(blank=True)
    last_ok_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class Connection(TimestampedModel):
    """What joins side a to side b; in a project's settings, side a is the project here.

    `project` is set where one end is this product: rights follow it.
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "side"], name="two_sides")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.side}"


class Link(TimestampedModel):
    """Two items kept in step. `fields` holds keyed fingerprints, never values.

    Its id is derived from the item of origin, so a lost row would get the same id again.
    """

    class State(models.TextChoices):
        CANDIDATE = "candidate", "To be created"
        CREATING = "creating", "Being created"
        ACTIVE = "active", "In step"
        HELD = "held", "Held"
        UNLINKED = "unlinked", "Unlinked"
        GONE = "gone", "Gone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="links")
    state = models.CharField(max_length=10, choices=State, default=State.CANDIDATE)
    reason = models.CharField(max_length=500, blank=True)
    origin_side = models.CharField(max_length=1)
    fields = models.JSONField(default=dict)
    fuse = models.JSONField(default=dict)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "state"], name="link_state")]

    def __str__(self) -> str:
        return str(self.pk)


class LinkEnd(models.Model):
    """One item of a link. `item_id` never changes; key and url are for people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="ends")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="ends")
    system = models.ForeignKey(System, models.PROTECT, related_name="ends")
    side = models.CharField(max_length=1)
    item_id = models.CharField(max_length=255)
    key = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    rev = models.CharField(max_length=255, blank=True)
    status_name = models.CharField(max_length=100, blank=True)
    remote_at = models.DateTimeField(null=True)
    gone_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "side"], name="one_end_a_side"),
            models.UniqueConstraint(fields=["endpoint", "item_id"], name="item_linked_once"),
        ]
        indexes = [models.Index(fields=["system", "item_id"], name="links_of_item")]

    def __str__(self) -> str:
        return self.key or self.item_id


class Intent(models.Model):
    """The journal of a creation: written before the request, gone once its answer is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="intents")
    kind = models.CharField(max_length=10)
    side = models.CharField(max_length=1)
    subject = models.CharField(max_length=255)
    marker = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    base = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "kind", "side", "subject"], name="intent_once")
        ]

    def __str__(self) -> str:
        return self.marker


class CommentLink(models.Model):
    """A comment and its copy; the origin owns the text. The row is the journal of its writes."""

    class State(models.TextChoices):
        SENDING = "sending", "Being copied"
        OK = "ok", "In step"
        DETACHED = "detached", "Edited by hand"
        DELETED = "deleted", "Deleted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="comments")
    side = models.CharField(max_length=1)
    origin_id = models.CharField(max_length=255)
    copy_id = models.CharField(max_length=255, null=True)  # noqa: DJ001  NULLs are not equal, "" would be
    fp_origin = models.CharField(max_length=64, blank=True)
    fp_copy = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OK)
    sent_at = models.DateTimeField(null=True)
    pending = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "side", "origin_id"], name="comment_once"),
            models.UniqueConstraint(
                fields=["link", "side", "copy_id"],
                condition=models.Q(copy_id__isnull=False),
                name="copy_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} → {self.copy_id}"


class SyncTask(models.Model):
    """The one queue: inbox, outbox, lock, order and retry schedule of a link or a new item.

    Something is to do while `generation` > `done`. Whoever holds `lease_token` may write.
    """

    class State(models.TextChoices):
        READY = "ready", "Ready"
        WAITING = "waiting", "Waiting"
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=400, unique=True)
    system = models.ForeignKey(System, models.CASCADE, related_name="tasks")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="tasks")
    link = models.ForeignKey(Link, models.CASCADE, null=True, related_name="tasks")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, null=True, related_name="tasks")
    item_id = models.CharField(max_length=255, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    generation = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    why = models.CharField(max_length=20, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    error_class = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["system", "priority", "due_at"],
                condition=models.Q(state="ready") & models.Q(generation__gt=models.F("done")),
                name="task_due",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Conflict(models.Model):
    """One field of a link that stands still, and why; open until it is in step or somebody chooses.

    `resolution` is the side that somebody chose, or `release` for a fuse; the next sync obeys it.
    """

    class Kind(models.TextChoices):
        CONFLICT = "conflict", "Both sides changed"
        VALUE = "value", "No counterpart for a value"
        REFUSED = "refused", "Refused by the tracker"
        NOT_APPLIED = "not_applied", "Ignored by the tracker"
        FUSE = "fuse", "Written again and again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=100)
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.CONFLICT)
    message = models.CharField(max_length=500, blank=True)
    rev_a = models.CharField(max_length=255, blank=True)
    rev_b = models.CharField(max_length=255, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=20, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "field"],
                condition=models.Q(resolved_at=None),
                name="one_open_conflict",
            )
        ]

    def __str__(self) -> str:
        return self.field


class SyncLog(models.Model):
    """What a sync did, in words: one row for each decision that a person may ask about."""

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        NOTHING = "nothing", "Nothing to change"
        HELD = "held", "Held"
        SKIPPED = "skipped", "Skipped"
        RETRY = "retry", "Will try again"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="log")
    link = models.ForeignKey(Link, models.CASCADE, null=True, related_name="log")
    item_id = models.CharField(max_length=255, blank=True)
    direction = models.CharField(max_length=6, blank=True)
    action = models.CharField(max_length=20)
    outcome = models.CharField(max_length=8, choices=Outcome)
    message = models.CharField(max_length=500)
    fix = models.CharField(max_length=500, blank=True)
    fields = models.JSONField(default=list)
    why = models.CharField(max_length=20, blank=True)
    rules_version = models.PositiveIntegerField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    error_class = models.CharField(max_length=60, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["connection", "-at"], name="log_of_connection"),
            models.Index(fields=["link", "-at"], name="log_of_link"),
        ]

    def __str__(self) -> str:
        return self.message
