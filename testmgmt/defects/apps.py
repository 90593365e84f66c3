"""Django's name for this folder."""

from django.apps import AppConfig
from django.urls import reverse


class DefectsConfig(AppConfig):
    name = "testmgmt.defects"
    label = "defects"

    def ready(self) -> None:
        from testmgmt.core import search, slots, targets
        from testmgmt.core.models import TargetKind
        from testmgmt.core.permissions import Action
        from testmgmt.defects import (
            queries,
            receivers,  # noqa: F401  receivers register by being imported
        )

        targets.register(
            TargetKind.DEFECT, targets.TargetType(Action.EDIT_DEFECTS, queries.project_of)
        )
        search.add_finder(search.Finder("Defects", "bug", queries.found))
        slots.fill(
            "execution.panel",
            slots.Filler("Defects", "bug", lambda e: reverse("defects:of_execution", args=[e.pk])),
        )
        slots.fill(
            "case.defects",
            slots.Filler("Defects", "bug", lambda c: reverse("defects:of_case", args=[c.pk])),
        )
        slots.fill("result.report", slots.Filler("New defect", "bug", _report))


def _report(result: object) -> str:
    """Return where a defect of a result is written down."""
    project = result.execution.run.project  # type: ignore[attr-defined]  # a slot takes anything
    return f"{reverse('defects:create', args=[project.key])}?result={result.pk}"  # type: ignore[attr-defined]  # see above
