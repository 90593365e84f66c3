"""Django's name for this folder."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "testmgmt.cases"
    label = "cases"

    def ready(self) -> None:
        from testmgmt.cases import (
            queries,
            receivers,  # noqa: F401  receivers register by being imported
        )
        from testmgmt.core import search, targets
        from testmgmt.core.models import TargetKind
        from testmgmt.core.permissions import Action

        targets.register(
            TargetKind.CASE, targets.TargetType(Action.EDIT_CASES, queries.project_of_case)
        )
        targets.register(
            TargetKind.SECTION, targets.TargetType(Action.EDIT_CASES, queries.project_of_section)
        )
        search.add_finder(search.Finder("Cases", "clipboard-check", queries.found_cases))
