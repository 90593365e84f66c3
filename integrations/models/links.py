"""Links: two items kept in step, and all that is remembered of them. No value is."""

import uuid

from django.conf import settings
from django.db import models

from integrations.models.systems import Connection, Endpoint, System
from testmgmt.core.models import TimestampedModel


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
    """One item of a link. `item_id` never changes; key and url are for people.

    `scope` is where an item went that left the scope of its endpoint, else empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="ends")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="ends")
    system = models.ForeignKey(System, models.PROTECT, related_name="ends")
    side = models.CharField(max_length=1)
    item_id = models.CharField(max_length=255)
    scope = models.CharField(max_length=255, blank=True)
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


class AttachmentLink(models.Model):
    """A file and its copy, known by the keyed digest of its bytes; the row is also the journal."""

    class State(models.TextChoices):
        SENDING = "sending", "Being copied"
        OK = "ok", "In step"
        SKIPPED = "skipped", "Left out"
        DELETED = "deleted", "Deleted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="attachments")
    side = models.CharField(max_length=1)
    origin_id = models.CharField(max_length=255)
    copy_id = models.CharField(max_length=255, null=True)  # noqa: DJ001  NULLs are not equal, "" would be
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OK)
    reason = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "side", "origin_id"], name="file_once"),
            models.UniqueConstraint(
                fields=["link", "side", "copy_id"],
                condition=models.Q(copy_id__isnull=False),
                name="file_copy_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} → {self.copy_id}"


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
