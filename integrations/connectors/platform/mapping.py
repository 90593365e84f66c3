"""Defects of this product ↔ items. Field ids are the defect's own names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from integrations.base.items import (
    Attachment,
    Comment,
    FieldSpec,
    FieldType,
    Item,
    Option,
    Person,
    Ref,
    Rich,
    TypeSpec,
    Value,
)
from testmgmt.accounts.models import User
from testmgmt.core.models import Attachment as File
from testmgmt.core.models import Comment as Said
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from testmgmt.projects.models import Choice
from testmgmt.projects.names import Choices

TYPE = "Defect"
CHOICES: Mapping[str, str] = {
    "status": Choice.Field.DEFECT_STATUS,
    "severity": Choice.Field.SEVERITY,
    "priority": Choice.Field.PRIORITY,
}
PEOPLE = ("assignee", "reporter")
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


def item_id(defect_id: int) -> str:
    """Return the id under which a defect is linked; other kinds of things get other letters."""
    return f"D-{defect_id}"


def defect_id(item: str) -> int | None:
    """Return the defect of an id, None where it is none of ours."""
    letter, _, number = item.partition("-")
    return int(number) if letter == "D" and number.isdecimal() else None


def type_spec(choices: Mapping[str, Choices]) -> TypeSpec:
    """Describe what a defect holds in this project."""
    return TypeSpec(TYPE, TYPE, [_spec(name, label, kind, choices) for name, label, kind in FIELDS])


def _spec(name: str, label: str, kind: FieldType, choices: Mapping[str, Choices]) -> FieldSpec:
    offered = choices[CHOICES[name]].rows if name in CHOICES else ()
    return FieldSpec(
        id=name,
        name=label,
        type=kind,
        role=name,
        is_required=name == "title",
        has_default=name in CHOICES,
        options=[Option(row.slug, row.name, row.category) for row in offered if row.is_active],
    )


def person(user: User | None, name: str) -> Person | None:
    """Return a member, or somebody whom only a tracker knows, or nobody."""
    if user is not None:
        return Person(str(user.pk), user.name, user.email or None)
    return Person(None, name) if name else None


def values_of(defect: Defect, wanted: Iterable[str]) -> dict[str, Value]:
    """Return the fields asked for, as canonical values."""
    values: dict[str, Value] = {
        "title": defect.title,
        "description": Rich(defect.description),
        "status": defect.status.name,
        "severity": defect.severity.name,
        "priority": defect.priority.name,
        "assignee": person(defect.assignee, defect.assignee_name),
        "reporter": person(defect.reporter, defect.reporter_name),
        "labels": frozenset(tag.name for tag in defect.labels.all()),
        "environment": defect.environment,
        "build": defect.build,
    }
    return {name: values[name] for name in wanted if name in values}


def item_of(
    defect: Defect,
    *,
    place: tuple[UUID, str],
    fields: Mapping[str, Value],
    said_rev: str,
    comments: Sequence[Comment] | None = None,
    attachments: Sequence[Attachment] | None = None,
) -> Item:
    """Return a defect as an item; `place` is the system's id and its base URL."""
    system, base_url = place
    return Item(
        ref=Ref(system, str(defect.project_id), item_id(defect.pk)),
        key=defect.key,
        url=f"{base_url}/defects/{defect.pk}/",
        type=TYPE,
        fields=fields,
        rev=f"{defect.revision}+{said_rev}" if said_rev else str(defect.revision),
        created_at=defect.created_at,
        updated_at=defect.updated_at,
        is_author_us=defect.marker is not None,
        marker=defect.marker,
        comments=comments,
        attachments=attachments,
    )


def revision_of(rev: str) -> int:
    """Return the defect's own part of a revision; comments do not stand in a write's way."""
    return int(rev.partition("+")[0])


def comment_of(said: Said) -> Comment:
    """Return what was said as a comment."""
    return Comment(
        id=str(said.pk),
        author=person(said.author, said.author_name) or Person(None, "Somebody"),
        body=Rich(said.body),
        created_at=said.created_at,
        rev=str(said.revision),
        is_restricted=said.is_restricted,
        marker=said.marker,
    )


def attachment_of(file: File) -> Attachment:
    """Return a file without its bytes."""
    return Attachment(str(file.pk), file.name, file.blob.size, file.mime, file.created_at)


def new_defect(fields: Mapping[str, Value], usernames: Mapping[str, str]) -> NewDefect:
    """Return the defect that these values make; `usernames` are members by their id."""
    return NewDefect(**{"title": "", **_columns(fields, usernames)})


def change_of(fields: Mapping[str, Value], usernames: Mapping[str, str]) -> DefectChange:
    """Return the change that these values ask for."""
    return DefectChange(**_columns(fields, usernames))


def _columns(fields: Mapping[str, Value], usernames: Mapping[str, str]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        columns |= _column(name, value, usernames)
    return columns


def _column(name: str, value: Value, usernames: Mapping[str, str]) -> dict[str, Any]:
    if name in PEOPLE:
        return _person_columns(name, value, usernames)
    if isinstance(value, Rich):
        return {name: value.md}
    if isinstance(value, frozenset):
        return {name: sorted(value)}
    return {name: "" if value is None else str(value)}


def _person_columns(name: str, value: Value, usernames: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(value, Person):
        return {name: "", f"{name}_name": ""}
    username = usernames.get(value.id or "", "")
    return {name: username, f"{name}_name": "" if username else value.name}
