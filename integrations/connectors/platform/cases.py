"""Test cases as items. Field ids are the case's own names, `text` is all that it says in one."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from integrations.base.errors import InvalidError
from integrations.base.items import FieldSpec, FieldType, Option, Person, Rich, TypeSpec, Value
from integrations.connectors.platform import customs
from integrations.connectors.platform.casetext import (
    TEXTS,
    document_md,
    document_of,
    steps_md,
    steps_of,
)
from integrations.connectors.platform.kinds import Kind, Values, Wanted, only, read_with
from integrations.connectors.platform.mapping import (
    CASE,
    Members,
    options_of,
    person,
    rich,
    written,
)
from testmgmt.accounts.models import User
from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, Step
from testmgmt.cases.domain.steps import from_json
from testmgmt.cases.models import Case
from testmgmt.cases.queries import CHOICES, sync
from testmgmt.cases.queries.offers import custom_specs
from testmgmt.core.errors import DomainError
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action
from testmgmt.projects.names import choices_of

TEXT, STEPS = "text", "steps"
PARTS = {*TEXTS, STEPS}
PEOPLE = {"assignee", "owner"}
STATES = {"draft": "new", "ready": "active", "deprecated": "done"}
"""What the house's own states mean; a project's others count as active."""
TEMPLATES = dict(Case.Template.choices)
_BY_LABEL = {label: template for template, label in TEMPLATES.items()}
FIELDS: Sequence[tuple[str, str, FieldType, str]] = (
    ("title", "Title", FieldType.TEXT, "title"),
    ("description", "Description", FieldType.RICH, "description"),
    ("preconditions", "Preconditions", FieldType.RICH, "preconditions"),
    (STEPS, "Steps", FieldType.RICH, "steps"),
    ("expected", "Expected result", FieldType.RICH, "expected"),
    (TEXT, "All text", FieldType.RICH, "text"),
    ("state", "State", FieldType.STATUS, "status"),
    ("priority", "Priority", FieldType.OPTION, "priority"),
    ("type", "Type", FieldType.OPTION, ""),
    ("template", "Template", FieldType.OPTION, ""),
    ("tags", "Tags", FieldType.SET, "labels"),
    ("assignee", "Assigned to", FieldType.PERSON, "assignee"),
    ("owner", "Owner", FieldType.PERSON, ""),
    ("created_by", "Written by", FieldType.PERSON, "reporter"),
    ("references", "References", FieldType.TEXT, ""),
    ("estimate_seconds", "Estimate in seconds", FieldType.NUMBER, ""),
)
_READ_ONLY = {"created_by"}


class Cases(Kind[Case]):
    """What is to be tested."""

    letter: ClassVar[str] = CASE
    type: ClassVar[str] = "Test Case"
    path: ClassVar[str] = "cases"
    target: ClassVar[TargetKind] = TargetKind.CASE
    edit: ClassVar[Action] = Action.EDIT_CASES

    def spec(self, project_id: int) -> TypeSpec:
        """Describe what a case holds in this project."""
        choices = choices_of(project_id, *CHOICES.values())
        offered: dict[str, Sequence[Option]] = {
            name: options_of(choices[field].rows, STATES if name == "state" else {})
            for name, field in CHOICES.items()
        }
        offered["template"] = [Option(value, label) for value, label in TEMPLATES.items()]
        own = [_spec(*field, offered) for field in FIELDS]
        return TypeSpec(self.type, self.type, own + customs.specs_of(custom_specs(project_id)))

    def changed_since(self, project_id: int, at: datetime, after_id: int, limit: int) -> list[Case]:
        """Return the next cases after that point."""
        return sync.changed_since(project_id, at, after_id, limit)

    def by_id(self, project_id: int, pks: Collection[int]) -> dict[int, Case]:
        """Return those that are there still."""
        return sync.cases_by_id(project_id, pks)

    def by_marker(self, project_id: int, marker: str) -> Case | None:
        """Return the case that the sync made under this marker."""
        return sync.case_by_marker(project_id, marker)

    def ids(self, project_id: int) -> Iterable[int]:
        """Yield the ids of all that live."""
        return sync.all_ids(project_id).iterator()

    def titled(self, project_id: int, words: Sequence[str], limit: int) -> list[Case]:
        """Return those whose title holds all words."""
        return sync.titled(project_id, words, limit)

    def reader(self, project_id: int, wanted: Wanted) -> Callable[[Case], dict[str, Value]]:
        """Return what reads the wanted fields; a project's own ones cost two statements."""
        has_own = wanted is None or any(map(customs.is_custom, wanted))
        own = custom_specs(project_id) if has_own else []
        has_people = any(custom.kind == customs.USER for custom in own)
        members = Members.of(project_id) if has_people else Members(())

        def read(case: Case) -> dict[str, Value]:
            held = only(customs.values_of(_custom(case), own, members), wanted)
            return read_with(_READERS, case, wanted) | held

        return read

    def status_of(self, row: Case) -> str:
        """Return the name of its state."""
        return row.state.name

    def create(self, user: User, project_id: int, values: Values, marker: str) -> int:
        """Write a case down."""
        columns = _columns(values, None, project_id)
        new = NewCase(**{"title": "", **columns}, marker=marker)
        made = services.create_case(user=user, project_id=project_id, case=new, source=self.source)
        return made.pk

    def update(self, user: User, row: Case, values: Values, revision: int) -> None:
        """Change a case."""
        services.update_case(
            user=user,
            case_id=row.pk,
            change=CaseChange(**_columns(values, row, row.project_id)),
            revision=revision,
            source=self.source,
        )

    def delete(self, user: User, pk: int) -> None:
        """Put a case into the trash."""
        services.delete_case(user=user, case_id=pk, source=self.source)

    def named(self, error: DomainError, values: Values) -> str:
        """Return which field an error is about; `text` holds all parts."""
        if error.field in PARTS and error.field not in values and TEXT in values:
            return TEXT
        if error.field == "custom":
            return next(filter(customs.is_custom, values), error.field)
        return error.field


def _spec(
    name: str, label: str, kind: FieldType, role: str, offered: Mapping[str, Sequence[Option]]
) -> FieldSpec:
    return FieldSpec(
        id=name,
        name=label,
        type=kind,
        role=role,
        is_required=name == "title",
        is_writable=name not in _READ_ONLY,
        has_default=name in offered,
        options=offered.get(name, ()),
    )


def _texts(case: Case | None) -> dict[str, str]:
    version = case.current if case else None
    return {name: getattr(version, name) if version else "" for name in TEXTS}


def _steps(case: Case | None) -> list[Step]:
    return from_json(case.current.steps) if case and case.current else []


def _custom(case: Case) -> Mapping[str, Any]:
    custom: Mapping[str, Any] = case.current.custom if case.current else {}
    return custom


def _document(case: Case) -> Value:
    return Rich(document_md(_texts(case), _steps(case)))


_READERS: Mapping[str, Callable[[Case], Value]] = {
    "title": lambda case: case.title,
    "description": lambda case: rich(_texts(case)["description"]),
    "preconditions": lambda case: rich(_texts(case)["preconditions"]),
    STEPS: lambda case: Rich(steps_md(_steps(case))),
    "expected": lambda case: rich(_texts(case)["expected"]),
    TEXT: _document,
    "state": lambda case: case.state.name,
    "priority": lambda case: case.priority.name,
    "type": lambda case: case.type.name,
    "template": lambda case: TEMPLATES[case.template],
    "tags": lambda case: frozenset(tag.name for tag in case.tags.all()),
    "assignee": lambda case: person(case.assignee, case.assignee_name),
    "owner": lambda case: person(case.owner),
    "created_by": lambda case: person(case.created_by),
    "references": lambda case: case.references,
    "estimate_seconds": lambda case: case.estimate_seconds,
}


def _columns(values: Values, case: Case | None, project_id: int) -> dict[str, Any]:
    """Return what these values change in a case, or in a new one."""
    is_about_people = any(name in PEOPLE or isinstance(values[name], Person) for name in values)
    members = Members.of(project_id) if is_about_people else Members(())
    writer = _Writer(case, members)
    columns: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name, value in values.items():
        if customs.is_custom(name):
            custom[name.removeprefix(customs.PREFIX)] = customs.stored(name, value, members)
        else:
            columns |= writer.column(name, value)
    return columns | ({"custom": custom} if custom else {})


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns values into what a change of a case, or a new one, names."""

    case: Case | None
    members: Members

    def column(self, name: str, value: Value) -> dict[str, Any]:
        """Return the columns that a field fills."""
        if name in _READ_ONLY:
            message = "This is set by the product itself."
            raise InvalidError(message, fields={name: message})
        if name == TEXT:
            texts, steps = document_of(_md(value), _texts(self.case), _steps(self.case), TEXT)
            return {**texts, STEPS: steps}
        if name == "assignee":
            return self.members.columns(name, value)
        return {name: self._plain(name, value)}

    def _plain(self, name: str, value: Value) -> Any:
        if name == STEPS:
            return steps_of(_md(value), _steps(self.case), STEPS)
        if name in TEXTS and isinstance(value, Rich):
            return written(value, _texts(self.case)[name])
        if name == "owner":
            return self.members.member(name, value)
        if name == "template":
            return _BY_LABEL.get(_md(value), _md(value))
        if name == "estimate_seconds":
            return None if value is None else int(_md(value))
        return sorted(value) if isinstance(value, frozenset) else _md(value)


def _md(value: Value) -> str:
    return value.md if isinstance(value, Rich) else "" if value is None else str(value)
