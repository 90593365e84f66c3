"""Django's name for this folder, and the places in the product's pages that it fills."""

from django.apps import AppConfig
from django.urls import reverse

from testmgmt.core.slots import Filler, fill, fillers_of


class IntegrationsConfig(AppConfig):
    name = "integrations"
    label = "integrations"

    def ready(self) -> None:
        from integrations import receivers  # noqa: F401  receivers register by being imported

        fill(
            "project.settings",
            Filler("Integrations", "link", lambda p: reverse("integrations:list", args=[p.key])),
        )
        fill("defect.panel", _of_defect("Sync", "refresh", "panel"))
        fill("defect.aside", _of_defect("Sync log", "history", "log"))
        fill("defect.cells", _cells(len(fillers_of("defect.cells"))))


def _of_defect(label: str, icon: str, name: str) -> Filler:
    return Filler(label, icon, lambda defect: reverse(f"integrations:{name}", args=[defect.pk]))


def _cells(column: int) -> Filler:
    """Return the filler of the list's column with this number; it gets the ids of a page."""

    def url(ids: list[int]) -> str:
        wanted = ",".join(str(pk) for pk in ids)
        return f"{reverse('integrations:cells')}?column={column}&ids={wanted}"

    return Filler("Tracker", "link", url)
