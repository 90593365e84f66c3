"""Imports, what they made of what, and what there is to say about it."""

import uuid

from django.conf import settings
from django.db import models

from testmgmt.core.models import Job, TimestampedModel
from testmgmt.projects.models import Project


class ImportJob(TimestampedModel):
    """One file on its way into a project, from its upload to its last counts.

    `inventory` is what the scan found, `mapping` what people decided, `tally` how far the import
    is; `job` is the background work that is going on or came last.
    """

    class Stage(models.TextChoices):
        SCAN = "scan", "Scan"
        MAPPING = "mapping", "Mapping"
        DRY_RUN = "dry_run", "Dry run"
        RUN = "run", "Import"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    source = models.SlugField(max_length=40)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    origin_id = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=255, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.SCAN)
    is_unattended = models.BooleanField(default=False)  # goes on after the scan without asking
    inventory = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    tally = models.JSONField(default=dict)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="import_job")

    class Meta:
        indexes = [models.Index(fields=["project", "-created_at"], name="import_of_project")]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.project_id}"

    @property
    def is_busy(self) -> bool:
        """Whether background work is waiting or going on."""
        return self.job is not None and self.job.state in {Job.State.QUEUED, Job.State.RUNNING}


class ImportedRecord(models.Model):
    """Whence → what: a section or case of another tool, and ours that was made of it.

    `digest` is what it said and `place` where it stood when it was last written, so a second
    import knows what changed. `first_import` made it: what undoing will take back.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    source = models.SlugField(max_length=40)
    instance = models.CharField(max_length=100, blank=True)
    entity = models.CharField(max_length=12)
    origin_id = models.CharField(max_length=100)
    target_id = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    place = models.CharField(max_length=120)
    first_import = models.ForeignKey(ImportJob, models.SET_NULL, null=True, related_name="+")
    last_import = models.ForeignKey(ImportJob, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "instance", "entity", "origin_id"],
                name="one_record_per_origin",
            )
        ]
        indexes = [models.Index(fields=["entity", "target_id"], name="origin_of_target")]

    def __str__(self) -> str:
        return f"{self.entity} {self.origin_id}"


class ImportProblem(models.Model):
    """One line of the migration log; `count` is more than one where equal lines were folded."""

    import_job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems")
    at = models.DateTimeField(auto_now_add=True)
    level = models.CharField(max_length=8)
    code = models.CharField(max_length=40)
    entity = models.CharField(max_length=12, blank=True)
    origin_id = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=100, blank=True)
    line = models.PositiveIntegerField(default=0)
    field = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=120, blank=True)
    message = models.TextField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["import_job", "level", "id"], name="problem_by_level"),
            models.Index(fields=["import_job", "entity", "id"], name="problem_by_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.origin_id}"
