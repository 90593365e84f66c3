"""Django's name for this folder."""

from django.apps import AppConfig


class DefectsConfig(AppConfig):
    name = "testmgmt.defects"
    label = "defects"
