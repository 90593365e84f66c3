"""Users and their tokens."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from testmgmt.core.models import TimestampedModel


class User(AbstractUser):
    """Somebody who signs in, or a service account that only tokens use."""

    class Theme(models.TextChoices):
        AUTO = "auto", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        COMPACT = "compact", "Compact"
        NORMAL = "normal", "Normal"
        ROOMY = "roomy", "Roomy"

    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(max_length=7, choices=Density, default=Density.NORMAL)
    timezone = models.CharField(max_length=64, default="UTC")
    has_shortcuts = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    only_project_id: int | None = None
    """Set for one request by a token that reaches one project; rights look at nothing else."""

    @property
    def name(self) -> str:
        """What pages call this person."""
        return self.get_full_name() or self.username


class ApiKey(TimestampedModel):
    """A bearer token: shown once, stored as a digest, known by its prefix.

    `project` is where requests act that name none; with `is_project_only` every other project is
    out of reach.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    project = models.ForeignKey("projects.Project", models.CASCADE, null=True, related_name="+")
    is_project_only = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
