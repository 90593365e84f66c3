"""Django's name for this folder."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "testmgmt.projects"
    label = "projects"
