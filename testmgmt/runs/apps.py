"""Django's name for this folder."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "testmgmt.runs"
    label = "runs"

    def ready(self) -> None:
        from testmgmt.core import search, targets
        from testmgmt.core.models import TargetKind
        from testmgmt.core.permissions import Action
        from testmgmt.runs import queries

        search.add_finder(search.Finder("Runs", "player-play", queries.found))
        targets.register(
            TargetKind.RESULT, targets.TargetType(Action.EXECUTE, queries.project_of_result)
        )
