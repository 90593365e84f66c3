"""Django's name for this folder, and the places in the product's pages that it fills."""

from django.apps import AppConfig
from django.urls import reverse

from testmgmt.core.slots import Filler, fill


class IntegrationsConfig(AppConfig):
    name = "integrations"
    label = "integrations"

    def ready(self) -> None:
        from integrations import receivers  # noqa: F401  receivers register by being imported

        settings = Filler(
            "Integrations", "plug", lambda p: reverse("integrations:list", args=[p.key])
        )
        panel = Filler("Sync", "refresh", lambda d: reverse("integrations:panel", args=[d.pk]))
        cells = Filler("Tracker", "link", lambda _: reverse("integrations:cells"))
        fill("project.settings", settings)
        fill("defect.panel", panel)
        fill("defect.cells", cells)
