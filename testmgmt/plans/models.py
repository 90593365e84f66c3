"""Configurations: what a run is spread over."""

from django.db import models

from testmgmt.projects.models import Project


class ConfigurationGroup(models.Model):
    """A dimension such as browser or system."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="configuration_groups")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="group_name")]

    def __str__(self) -> str:
        return self.name


class Configuration(models.Model):
    """One value of a dimension, or a joined one such as "Chrome, Windows"."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="configurations")
    group = models.ForeignKey(ConfigurationGroup, models.CASCADE, null=True, related_name="values")
    name = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "group", "name"], name="configuration_name")
        ]

    def __str__(self) -> str:
        return self.name
