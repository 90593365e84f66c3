"""Sections, cases and their versions."""

import uuid

from django.conf import settings
from django.db import models

from testmgmt.core.models import RevisedModel, TimestampedModel
from testmgmt.projects.models import Choice, Project, Tag


class Section(TimestampedModel):
    """A folder of cases, of any depth; it may hold cases and sections at once."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["project", "parent", "position"], name="section_order")]

    def __str__(self) -> str:
        return self.name


class CaseVersion(models.Model):
    """A case's content as it was saved once; runs keep the version that they tested.

    `steps` is a list of {id, action, data, expected}: ids are stable over versions. `properties`
    holds what else was true then (priority, type, tags by name), for comparing and restoring.
    The id is made here, so that a case and its first version are written in one go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("Case", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    preconditions = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    custom = models.JSONField(default=dict)
    properties = models.JSONField(default=dict)
    note = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["case", "-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Case(RevisedModel):
    """What is to be tested: who it is now. Its text lives in versions, `current` is the newest.

    `last_status` and `last_result_at` repeat the newest result, so that lists need no join.
    """

    class Template(models.TextChoices):
        STEPS = "steps", "Steps"
        TEXT = "text", "Text"
        EXPLORATORY = "exploratory", "Exploratory"
        BDD = "bdd", "Gherkin"

    project = models.ForeignKey(Project, models.CASCADE, related_name="cases")
    section = models.ForeignKey(Section, models.SET_NULL, null=True, related_name="cases")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=500)
    template = models.CharField(max_length=12, choices=Template, default=Template.STEPS)
    current = models.ForeignKey(CaseVersion, models.RESTRICT, null=True, related_name="+")
    state = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    priority = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    type = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    assignee_name = models.CharField(max_length=150, blank=True)  # somebody whom only others know
    estimate_seconds = models.PositiveIntegerField(null=True)
    references = models.CharField(max_length=2000, blank=True)
    tags = models.ManyToManyField(Tag, related_name="cases", blank=True)
    marker = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  NULLs are not equal, "" would be
    last_status = models.ForeignKey(Choice, models.SET_NULL, null=True, related_name="+")
    last_result_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["project", "section", "position", "id"], name="case_order"),
            models.Index(fields=["project", "-updated_at", "id"], name="case_changed"),
            models.Index(
                fields=["project", "-id"], condition=models.Q(deleted_at=None), name="case_alive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What people call it: C-1042."""
        return f"C-{self.pk}"
