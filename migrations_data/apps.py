"""Django's name for this folder, and what it puts into the product's pages."""

from django.apps import AppConfig
from django.urls import reverse


class MigrationsDataConfig(AppConfig):
    name = "migrations_data"
    label = "migrations_data"

    def ready(self) -> None:
        """Let the receivers register, and offer the way in."""
        from migrations_data import receivers  # noqa: F401  importing registers them
        from testmgmt.core.slots import Filler, fill

        def of_project(project: object) -> str:
            return f"{reverse('migrations_data:list')}?project={getattr(project, 'key', '')}"

        fill("project.settings", Filler("Moving in", "upload", of_project))
