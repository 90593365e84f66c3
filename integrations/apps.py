"""Django's name for this folder, and the places in the product's pages that it fills."""

from django.apps import AppConfig
from django.urls import reverse

from testmgmt.core.permissions import Action
from testmgmt.core.slots import Filler, fill, fillers_of


class IntegrationsConfig(AppConfig):
    name = "integrations"
    label = "integrations"

    def ready(self) -> None:
        from integrations import (
            queries,
            receivers,  # noqa: F401  receivers register by being imported
        )

        fill(
            "project.settings",
            Filler("Integrations", "link", lambda p: reverse("integrations:list", args=[p.key])),
        )
        for slot, place in (("defect", "defects"), ("case", "testcases")):
            fill(f"{slot}.panel", _of_thing(place, "Sync", "refresh", "panel"))
            fill(f"{slot}.aside", _of_thing(place, "Sync log", "history", "log"))
            fill(f"{slot}.comment", _of_thing(place, "Where it goes", "link", "keep"))
        fill(
            "defect.create",
            Filler(
                "Create and sync",
                "refresh",
                lambda made: reverse("integrations:sync", args=["defects", made.pk]),
                Action.SYNC,
                lambda project: queries.is_connected(project.pk),
            ),
        )
        fill("defect.cells", _cells(len(fillers_of("defect.cells"))))


def _of_thing(place: str, label: str, icon: str, name: str) -> Filler:
    return Filler(label, icon, lambda row: reverse(f"integrations:{name}", args=[place, row.pk]))


def _cells(column: int) -> Filler:
    """Return the filler of the list's column with this number; it gets the ids of a page."""

    def url(ids: list[int]) -> str:
        wanted = ",".join(str(pk) for pk in ids)
        return f"{reverse('integrations:cells')}?column={column}&ids={wanted}"

    return Filler("Tracker", "link", url)
