"""The queue of the sync, and its log."""

import uuid

from django.conf import settings
from django.db import models

from integrations.models.links import Link
from integrations.models.systems import Connection, Endpoint, System


class SyncTask(models.Model):
    """The one queue: inbox, outbox, lock, order and retry schedule of a link or a new item.

    Something is to do while `generation` > `done`. Whoever holds `lease_token` may write. `side` is
    the only side that was said to have changed, empty where that is not known. Until `rests_until`
    only a person's wish is worked on: what is edited all the time is not written all the time.
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
    side = models.CharField(max_length=1, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    generation = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    rests_until = models.DateTimeField(null=True)
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
    lag_seconds = models.PositiveIntegerField(null=True)
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
