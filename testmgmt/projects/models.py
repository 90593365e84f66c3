"""Projects, members, and what each project lets people choose from."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from testmgmt.core.models import RevisedModel, TimestampedModel
from testmgmt.core.permissions import Role


class Project(RevisedModel):
    """A product under test, with its own cases, runs, defects and people."""

    key = models.CharField(
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,9}$", "2 to 10 capitals or digits.")],
    )
    name = models.CharField(max_length=150)
    description = models.TextField(blank=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(TimestampedModel):
    """What somebody is in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role, role.title()) for role in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Choice(models.Model):
    """One value that a project offers for a field: a status, a priority, a type.

    People see names and may change them; rules and reports look at `category` only.
    """

    class Field(models.TextChoices):
        RESULT_STATUS = "result_status", "Result status"
        CASE_STATE = "case_state", "Case state"
        CASE_TYPE = "case_type", "Case type"
        PRIORITY = "priority", "Priority"
        SEVERITY = "severity", "Severity"
        DEFECT_STATUS = "defect_status", "Defect status"

    project = models.ForeignKey(Project, models.CASCADE, related_name="choices")
    field = models.CharField(max_length=15, choices=Field)
    slug = models.SlugField(max_length=50)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=15, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["field", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "field", "slug"], name="choice_slug"),
            models.UniqueConstraint("project", "field", Lower("name"), name="choice_name"),
            models.UniqueConstraint(
                fields=["project", "field"],
                condition=models.Q(is_default=True),
                name="one_default_choice",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word that groups cases or labels defects."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("project", Lower("name"), name="tag_name")]

    def __str__(self) -> str:
        return self.name


class CustomField(models.Model):
    """A field that a project adds to its cases, results or defects; values live with these."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        RICH = "rich", "Rich text"
        NUMBER = "number", "Number"
        BOOLEAN = "boolean", "Yes or no"
        DATE = "date", "Date"
        USER = "user", "Person"
        URL = "url", "Link"
        CHOICE = "choice", "One of a list"
        MULTI = "multi", "Several of a list"

    project = models.ForeignKey(Project, models.CASCADE, related_name="custom_fields")
    entity = models.CharField(
        max_length=10, choices=[("case", "Case"), ("result", "Result"), ("defect", "Defect")]
    )
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    options = models.JSONField(default=list)
    is_required = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["entity", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "entity", "slug"], name="custom_field_slug")
        ]

    def __str__(self) -> str:
        return self.name
