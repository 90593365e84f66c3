"""Defects: what is wrong, and which results show it."""

from django.conf import settings
from django.db import models

from testmgmt.core.models import RevisedModel
from testmgmt.projects.models import Choice, Project, Tag
from testmgmt.runs.models import Result


class Defect(RevisedModel):
    """Something wrong. Comments and files hang on it (`core`), trackers through `integrations`.

    `assignee_name` and `reporter_name` hold people whom only a tracker knows. `marker` is the
    sync's key of a defect that it made here: unique, so it is made once.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="defects")
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    status = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    severity = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    priority = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    assignee_name = models.CharField(max_length=150, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reporter_name = models.CharField(max_length=150, blank=True)
    labels = models.ManyToManyField(Tag, related_name="defects", blank=True)
    environment = models.CharField(max_length=255, blank=True)
    build = models.CharField(max_length=150, blank=True)
    results = models.ManyToManyField(Result, related_name="defects", blank=True)
    custom = models.JSONField(default=dict)
    marker = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  NULLs are not equal, "" would be
    closed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["project", "-id"], name="defect_order"),
            models.Index(fields=["project", "updated_at", "id"], name="defect_changed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What people call it: D-77."""
        return f"D-{self.pk}"
