"""Defects as items. Field ids are the defect's own names."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from integrations.base.items import FieldSpec, FieldType, Option, Rich, TypeSpec, Value
from integrations.connectors.platform.kinds import Kind, Values, Wanted, read_with
from integrations.connectors.platform.mapping import (
    DEFECT,
    Members,
    options_of,
    person,
    rich,
    written,
)
from testmgmt.accounts.models import User
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action
from testmgmt.defects import services
from testmgmt.defects.domain import PEOPLE, DefectChange, NewDefect
from testmgmt.defects.models import Defect
from testmgmt.defects.queries import sync
from testmgmt.projects.names import choices_of

FIELDS: Sequence[tuple[str, str, FieldType]] = (
    ("title", "Title", FieldType.TEXT),
    ("description", "Description", FieldType.RICH),
    ("status", "Status", FieldType.STATUS),
    ("severity", "Severity", FieldType.OPTION),
    ("priority", "Priority", FieldType.OPTION),
    ("assignee", "Assigned to", FieldType.PERSON),
    ("reporter", "Reporter", FieldType.PERSON),
    ("labels", "Labels", FieldType.SET),
    ("environment", "Environment", FieldType.TEXT),
    ("build", "Build", FieldType.TEXT),
)


class Defects(Kind[Defect]):
    """What is wrong."""

    letter: ClassVar[str] = DEFECT
    type: ClassVar[str] = "Defect"
    path: ClassVar[str] = "defects"
    target: ClassVar[TargetKind] = TargetKind.DEFECT
    edit: ClassVar[Action] = Action.EDIT_DEFECTS

    def spec(self, project_id: int) -> TypeSpec:
        """Describe what a defect holds in this project."""
        choices = choices_of(project_id, *services.CHOICES.values())
        offered = {
            name: options_of(choices[field].rows, {}) for name, field in services.CHOICES.items()
        }
        return TypeSpec(self.type, self.type, [_spec(*field, offered) for field in FIELDS])

    def changed_since(
        self, project_id: int, at: datetime, after_id: int, limit: int
    ) -> list[Defect]:
        """Return the next defects after that point."""
        return sync.changed_since(project_id, at, after_id, limit)

    def by_id(self, project_id: int, pks: Collection[int]) -> dict[int, Defect]:
        """Return those that are there still."""
        return sync.defects_by_id(project_id, pks)

    def by_marker(self, project_id: int, marker: str) -> Defect | None:
        """Return the defect that the sync made under this marker."""
        return sync.defect_by_marker(project_id, marker)

    def ids(self, project_id: int) -> Iterable[int]:
        """Yield the ids of all that live."""
        return sync.living_ids(project_id).iterator()

    def titled(self, project_id: int, words: Sequence[str], limit: int) -> list[Defect]:
        """Return those whose title holds all words."""
        return sync.titled(project_id, words, limit)

    def reader(self, project_id: int, wanted: Wanted) -> Callable[[Defect], dict[str, Value]]:
        """Return what reads the wanted fields."""
        del project_id
        return lambda defect: read_with(_READERS, defect, wanted)

    def status_of(self, row: Defect) -> str:
        """Return the name of its status."""
        return row.status.name

    def create(self, user: User, project_id: int, values: Values, marker: str) -> int:
        """Write a defect down."""
        defect = NewDefect(**{"title": "", **_columns(values, project_id)})
        made = services.create_defect(
            user=user, project_id=project_id, defect=defect, source=self.source, marker=marker
        )
        return made.pk

    def update(self, user: User, row: Defect, values: Values, revision: int) -> None:
        """Change a defect."""
        services.update_defect(
            user=user,
            defect_id=row.pk,
            change=DefectChange(**_columns(values, row.project_id, row.description)),
            revision=revision,
            source=self.source,
        )

    def delete(self, user: User, pk: int) -> None:
        """Put a defect away."""
        now = datetime.now(UTC)
        services.delete_defect(user=user, defect_id=pk, now=now, source=self.source)


def _spec(
    name: str, label: str, kind: FieldType, offered: Mapping[str, Sequence[Option]]
) -> FieldSpec:
    return FieldSpec(
        id=name,
        name=label,
        type=kind,
        role=name,
        is_required=name == "title",
        has_default=name in offered,
        options=offered.get(name, ()),
    )


_READERS: Mapping[str, Callable[[Defect], Value]] = {
    "title": lambda defect: defect.title,
    "description": lambda defect: rich(defect.description),
    "status": lambda defect: defect.status.name,
    "severity": lambda defect: defect.severity.name,
    "priority": lambda defect: defect.priority.name,
    "assignee": lambda defect: person(defect.assignee, defect.assignee_name),
    "reporter": lambda defect: person(defect.reporter, defect.reporter_name),
    "labels": lambda defect: frozenset(tag.name for tag in defect.labels.all()),
    "environment": lambda defect: defect.environment,
    "build": lambda defect: defect.build,
}


def _columns(values: Values, project_id: int, description: str = "") -> dict[str, Any]:
    members = Members.of(project_id) if values.keys() & {*PEOPLE} else Members(())
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if name in PEOPLE:
            columns |= members.columns(name, value)
        elif isinstance(value, Rich):
            columns[name] = written(value, description)
        elif isinstance(value, frozenset):
            columns[name] = sorted(value)
        else:
            columns[name] = "" if value is None else str(value)
    return columns
