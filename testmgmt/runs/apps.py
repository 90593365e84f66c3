"""Django's name for this folder."""

from typing import Any

from django.apps import AppConfig
from django.urls import reverse


class RunsConfig(AppConfig):
    name = "testmgmt.runs"
    label = "runs"

    def ready(self) -> None:
        from testmgmt.core import search, slots, targets
        from testmgmt.core.models import TargetKind
        from testmgmt.core.permissions import Action
        from testmgmt.runs import queries

        search.add_finder(search.Finder("Runs", "player-play", queries.found))
        targets.register(
            TargetKind.RESULT, targets.TargetType(Action.EXECUTE, queries.project_of_result)
        )
        slots.fill("case.results", slots.Filler("Results", "history", _results))
        slots.fill("case.actions", slots.Filler("Run", "player-play", _run_of, Action.EDIT_RUNS))
        for place in ("cases.actions", "cases.selection"):
            slots.fill(place, slots.Filler("Run", "player-play", _run, Action.EDIT_RUNS))


def _results(case: Any) -> str:
    """Return where the last attempts at a case stand."""
    return reverse("runs:of_case", args=[case.pk])


def _run(project: Any) -> str:
    """Return where a run is started; the page adds the cases that are ticked."""
    return reverse("runs:create", args=[project.key])


def _run_of(case: Any) -> str:
    """Return where a run of one case is started."""
    return f"{_run(case.project)}?cases={case.pk}"
