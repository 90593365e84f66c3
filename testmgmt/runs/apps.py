"""Django's name for this folder."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "testmgmt.runs"
    label = "runs"
