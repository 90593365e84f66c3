"""Django's name for this folder."""

from django.apps import AppConfig


class DefectsConfig(AppConfig):
    name = "testmgmt.defects"
    label = "defects"

    def ready(self) -> None:
        from testmgmt.core import targets
        from testmgmt.core.models import TargetKind
        from testmgmt.core.permissions import Action
        from testmgmt.defects import (
            queries,
            receivers,  # noqa: F401  receivers register by being imported
        )

        targets.register(
            TargetKind.DEFECT, targets.TargetType(Action.EDIT_DEFECTS, queries.project_of)
        )
