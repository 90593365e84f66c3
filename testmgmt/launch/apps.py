"""Django's name for this folder."""

from django.apps import AppConfig


class LaunchConfig(AppConfig):
    name = "testmgmt.launch"
    label = "launch"
