"""What the API speaks of cases and sections."""

from collections.abc import Collection, Iterable
from typing import Any

from rest_framework import serializers

from testmgmt.cases.domain import CaseChange, NewCase, NewSection, SectionChange, Step
from testmgmt.cases.domain.steps import MAX_STEPS, MAX_TEXT
from testmgmt.cases.queries import COLUMNS, Removal

Row = dict[str, Any]
MAX_ID = 2**63 - 1
OWN = frozenset({"id", "key", "url"})  # made here, not read
FIELDS = (*("id", "key", "url"), *COLUMNS, "tags")
IN_LISTS = frozenset(FIELDS) - {"steps"}


class StepSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="Stable over versions; send it back so that the step keeps its results.",
    )
    action = serializers.CharField(allow_blank=True, default="", trim_whitespace=False)
    data = serializers.CharField(  # type: ignore[assignment]  # declared fields leave the class
        allow_blank=True, default="", trim_whitespace=False
    )
    expected = serializers.CharField(allow_blank=True, default="", trim_whitespace=False)


class CaseSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="What people call it, such as C-1042.")
    url = serializers.URLField(help_text="Its page.")
    project = serializers.CharField(help_text="Key of the project.")
    section = serializers.IntegerField(allow_null=True, help_text="Id; null where unsorted.")
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    preconditions = serializers.CharField(help_text="Markdown.")
    expected = serializers.CharField(help_text="Markdown.")
    steps = StepSerializer(many=True, required=False, help_text="In lists by ?expand=steps only.")
    template = serializers.CharField(help_text="steps, text, exploratory or bdd.")
    state = serializers.CharField(help_text="Slug.")
    priority = serializers.CharField(help_text="Slug.")
    type = serializers.CharField(help_text="Slug.")
    owner = serializers.CharField(allow_null=True, help_text="Username.")
    assignee = serializers.CharField(allow_null=True, help_text="Username.")
    assignee_name = serializers.CharField(help_text="Somebody whom only another tool knows.")
    estimate_seconds = serializers.IntegerField(allow_null=True)
    references = serializers.CharField(help_text="Requirements, tickets, links.")
    custom = serializers.DictField(help_text="The project's own fields, by slug.")
    version = serializers.IntegerField(help_text="Raised when what it says changes.")
    revision = serializers.IntegerField(help_text="Raised by every change; the ETag.")
    last_status = serializers.CharField(allow_null=True, help_text="Slug of the newest result.")
    last_result_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    tags = serializers.ListField(child=serializers.CharField())


def _long(**options: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_TEXT, trim_whitespace=False, **options
    )


def _word(**options: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=150, **options)


class Body(serializers.Serializer[Any]):
    """A body that may bring along what was read: names that are only ever read are passed over."""

    passed_over: frozenset[str] = frozenset()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Know what is passed over as fields that nobody writes."""
        read = {name: serializers.CharField(read_only=True) for name in sorted(self.passed_over)}
        return {**read, **super().get_fields()}


class CaseBody(Body):
    """What may be said of a case; only the title is needed."""

    passed_over = frozenset(FIELDS)

    title = serializers.CharField(max_length=500)
    description = _long(help_text="Markdown.")
    preconditions = _long(help_text="Markdown.")
    expected = _long(help_text="Markdown.")
    steps = StepSerializer(  # type: ignore[call-arg]  # the stubs know no lists
        many=True, required=False, max_length=MAX_STEPS
    )
    custom = serializers.DictField(required=False, help_text="By slug; null takes a value out.")
    template = _word(help_text="steps, text, exploratory or bdd.")
    state = _word(help_text="Slug or name.")
    priority = _word(help_text="Slug or name.")
    type = _word(help_text="Slug or name.")
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text="By name."
    )
    estimate_seconds = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1
    )
    references = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    owner = _word(allow_null=True, help_text="Username.")
    assignee = _word(allow_null=True, help_text="Username.")
    assignee_name = _word()
    section = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="Why; shown in the history."
    )


class NewCaseBody(CaseBody):
    project = serializers.CharField(
        required=False, help_text="Id or key; the token's project where it is left out."
    )


class SectionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    project = serializers.CharField(help_text="Key of the project.")
    parent = serializers.IntegerField(  # type: ignore[assignment]  # declared fields leave the class
        allow_null=True, help_text="Id; null at the root."
    )
    name = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    position = serializers.IntegerField(help_text="Order among its siblings.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SectionBody(Body):
    """What may be said of a section."""

    passed_over = frozenset({"id", "project", "created_at", "updated_at"})

    name = serializers.CharField(max_length=255)
    description = _long(help_text="Markdown.")
    parent = serializers.IntegerField(  # type: ignore[assignment]  # declared fields leave the class
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    position = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class NewSectionBody(SectionBody):
    project = serializers.CharField(
        required=False, help_text="Id or key; the token's project where it is left out."
    )


class RemovalSerializer(serializers.Serializer[Any]):
    sections = serializers.IntegerField(help_text="Sections that go, this one included.")
    cases = serializers.IntegerField(help_text="Cases that go to the trash, or lose their section.")


def case_json(row: Row, base_url: str, names: Collection[str] = FIELDS) -> Row:
    """Return a case in the API's words; `base_url` is where the pages of cases hang."""
    pk = row["id"]
    made = {"id": pk, "key": f"C-{pk}", "url": f"{base_url}{pk}/"}
    if set(names) >= OWN:
        return made | row
    return {name: value for name, value in made.items() if name in names} | row


def _values(body: Row) -> Row:
    """Return a checked body in the words of the domain."""
    values = dict(body)
    if "section" in values:
        values["section_id"] = values.pop("section")
    if "steps" in values:
        values["steps"] = [Step(**step) for step in values["steps"]]
    for role in values.keys() & {"owner", "assignee"}:
        values[role] = values[role] or ""
    return values


def new_case(body: Row) -> NewCase:
    """Return the case that a body asks for."""
    values = _values(body)
    if not values.get("template"):
        values.pop("template", None)
    return NewCase(**values)


def case_change(body: Row) -> CaseChange:
    """Return the change that a body asks for."""
    return CaseChange(**_values(body))


def section_json(row: Row) -> Row:
    """Return a section in the API's words."""
    return {**row, "project": row.pop("project__key"), "parent": row.pop("parent_id")}


def _section_values(body: Row) -> Row:
    values = dict(body)
    if "parent" in values:
        values["parent_id"] = values.pop("parent")
    return values


def new_section(body: Row) -> NewSection:
    """Return the section that a body asks for."""
    return NewSection(**_section_values(body))


def section_change(body: Row) -> SectionChange:
    """Return the change that a body asks for."""
    return SectionChange(**_section_values(body))


def removal_json(removal: Removal) -> Row:
    """Return what a deletion would take along."""
    return {"sections": removal.sections, "cases": removal.cases}


def asked_fields(fields: str | None, expand: str | None) -> frozenset[str]:
    """Return the fields that `?fields=` and `?expand=` ask for; refuse those that there are not."""
    named = _names("fields", fields, FIELDS)
    expanded = _names("expand", expand, ("steps",))
    return (named or IN_LISTS) | expanded | {"id"}


def _names(parameter: str, text: str | None, offered: Iterable[str]) -> frozenset[str]:
    names = frozenset(name for name in (text or "").split(",") if name)
    if unknown := sorted(names - frozenset(offered)):
        words = f"“{unknown[0]}” is none of: {', '.join(offered)}."
        raise serializers.ValidationError({parameter: [words]})
    return names
