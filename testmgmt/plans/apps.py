"""Django's name for this folder."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "testmgmt.plans"
    label = "plans"
