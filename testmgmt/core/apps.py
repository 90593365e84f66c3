"""Django's name for this folder."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "testmgmt.core"
    label = "core"

    def ready(self) -> None:
        from testmgmt.core import checks  # noqa: F401  checks register by being imported
