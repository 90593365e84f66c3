"""Django's name for this folder."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
    label = "integrations"

    def ready(self) -> None:
        """Register the receivers."""
        from integrations import receivers  # noqa: F401  importing registers them
