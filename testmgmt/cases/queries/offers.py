"""What a project offers to its cases: choices, people, sections, fields of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from testmgmt.accounts.models import User
from testmgmt.cases.domain.custom import CustomSpec
from testmgmt.cases.domain.sections import Branch, tree_of
from testmgmt.cases.queries.sections import section_rows
from testmgmt.projects.models import CustomField, Project, Tag
from testmgmt.projects.names import Choices, choices_of, members_of

TAGS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What the editor of a case lets people choose from."""

    choices: Mapping[str, Choices]
    members: Sequence[User]
    branches: Sequence[Branch]
    specs: Sequence[CustomSpec]
    tags: Sequence[str]


def custom_specs(project_id: int) -> list[CustomSpec]:
    """Return the fields that a project adds to its cases."""
    fields = CustomField.objects.filter(project_id=project_id, entity="case", is_active=True)
    return [
        CustomSpec(entry.slug, entry.name, entry.kind, entry.options, entry.is_required)
        for entry in fields
    ]


def branches_of(project: Project) -> list[Branch]:
    """Return the sections of a project depth first, without their counts."""
    return tree_of(section_rows(project.pk), {})


def offer_of(project: Project) -> Offer:
    """Return what the editor needs, in five statements."""
    tags = Tag.objects.filter(project=project).order_by("name").values_list("name", flat=True)
    return Offer(
        choices=choices_of(project.pk, "case_state", "priority", "case_type"),
        members=members_of(project.pk),
        branches=branches_of(project),
        specs=custom_specs(project.pk),
        tags=list(tags[:TAGS_LENGTH]),
    )
