"""Tables that every feature shares: audit, jobs, files, comments."""

import uuid

from django.conf import settings
from django.db import models


class TimestampedModel(models.Model):
    """A row that knows when it was made and last touched."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class RevisedModel(TimestampedModel):
    """A row that several people may edit: every write raises `revision` (the ETag)."""

    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class TargetKind(models.TextChoices):
    """What a comment or a file can hang on."""

    CASE = "case", "Case"
    RUN = "run", "Run"
    RESULT = "result", "Result"
    STEP_RESULT = "step_result", "Step result"
    DEFECT = "defect", "Defect"
    SECTION = "section", "Section"


class AuditEntry(models.Model):
    """Who changed what, when, from where; never edited, never deleted by people."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    project = models.ForeignKey("projects.Project", models.CASCADE, null=True, related_name="+")
    token_prefix = models.CharField(max_length=16, blank=True)
    ip = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    label = models.CharField(max_length=255, blank=True)
    changes = models.JSONField(default=dict)  # {field: [before, after]}

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "-at"], name="audit_of_object"),
            models.Index(fields=["project", "-at"], name="audit_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.object_id}"


class Job(TimestampedModel):
    """A long task as a row: what it does, how far it is, what it warned of."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    project = models.ForeignKey("projects.Project", models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    phase = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    warnings = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    url = models.CharField(max_length=255, blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "lease_until"], name="job_due"),
            models.Index(fields=["project", "-created_at"], name="job_of_project"),
        ]

    def __str__(self) -> str:
        return self.title


class Blob(models.Model):
    """A file's bytes, stored once by their digest outside the web root; size in bytes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A named file on a case, a result, a defect…; `mime` is sniffed, never believed."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="+")
    target_kind = models.CharField(max_length=12, choices=TargetKind)
    target_id = models.PositiveBigIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "id"], name="attachment_of_target")
        ]

    def __str__(self) -> str:
        return self.name


class Comment(RevisedModel):
    """What somebody says on a case or a defect, in Markdown.

    `author_name` is set where the author is nobody of ours (a tracker, an import). `marker` is
    the sync's key of a copied comment: unique, so a copy is made once.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="+")
    target_kind = models.CharField(max_length=12, choices=TargetKind)
    target_id = models.PositiveBigIntegerField()
    body = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150, blank=True)
    origin = models.CharField(max_length=40, blank=True)
    origin_url = models.CharField(max_length=500, blank=True)
    marker = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  NULLs are not equal, "" would be
    is_restricted = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "id"], name="comment_of_target")
        ]

    def __str__(self) -> str:
        return self.body[:60]
