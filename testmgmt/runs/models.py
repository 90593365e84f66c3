"""Runs, executions (a case in a run), results (attempts), step results."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from testmgmt.cases.models import Case, CaseVersion
from testmgmt.core.models import RevisedModel
from testmgmt.plans.models import Configuration
from testmgmt.projects.models import Choice, Project


class Run(RevisedModel):
    """A set of cases that is executed; closed, it never changes again."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="runs")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    environment = models.CharField(max_length=150, blank=True)
    build = models.CharField(max_length=150, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="run_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What people call it: R-318."""
        return f"R-{self.pk}"


class Execution(RevisedModel):
    """One case version × configuration × data row in a run; repeats its newest result."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="executions")
    case = models.ForeignKey(Case, models.CASCADE, related_name="executions")
    version = models.ForeignKey(CaseVersion, models.CASCADE, related_name="executions")
    configuration = models.ForeignKey(Configuration, models.PROTECT, null=True, related_name="+")
    data_key = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    status = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    last_result_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "case", "data_key"],
                condition=models.Q(configuration=None),
                name="execution_once",
            ),
            models.UniqueConstraint(
                fields=["run", "case", "configuration", "data_key"],
                condition=models.Q(configuration__isnull=False),
                name="execution_once_configured",
            ),
        ]
        indexes = [models.Index(fields=["run", "position", "id"], name="execution_order")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.case_id}"


class Result(models.Model):
    """One attempt: appended, never edited. Elapsed in seconds."""

    execution = models.ForeignKey(Execution, models.CASCADE, related_name="results")
    status = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    suggested = models.ForeignKey(Choice, models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    elapsed_seconds = models.PositiveIntegerField(null=True)
    build = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["execution", "-id"], name="result_order")]

    def __str__(self) -> str:
        return f"Result {self.pk}"


class StepResult(models.Model):
    """How one step of an attempt went; `step_id` is the step's stable id in the version."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="steps")
    step_id = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    status = models.ForeignKey(Choice, models.PROTECT, related_name="+")
    actual = models.TextField(blank=True)

    class Meta:
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "step_id"], name="step_result_once")
        ]

    def __str__(self) -> str:
        return f"Step {self.position} of result {self.result_id}"
