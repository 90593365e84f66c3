"""A case as plain values: what people may change, and what its versions keep."""

from typing import Any, cast

from testmgmt.cases.models import Case, CaseVersion

TEXTS = ("title", "description", "preconditions", "expected")
PROPERTIES = (*("template", "state", "priority", "type"), "tags", "estimate_seconds", "references")
VERSIONED = (*TEXTS, "steps", "custom", *PROPERTIES)
CHOICES = {"state": "case_state", "priority": "priority", "type": "case_type"}
PEOPLE = ("owner", "assignee")


def values_of(case: Case) -> dict[str, Any]:
    """Return what people may change in a case, as plain values (its relations are loaded)."""
    version = cast("CaseVersion", case.current)
    return {
        **{name: getattr(version, name) for name in (*TEXTS, "steps", "custom")},
        **{name: getattr(case, name).slug for name in CHOICES},
        **{name: person.username if (person := getattr(case, name)) else "" for name in PEOPLE},
        "template": case.template,
        "tags": sorted(tag.name for tag in case.tags.all()),
        "estimate_seconds": case.estimate_seconds,
        "references": case.references,
        "assignee_name": case.assignee_name,
        "section_id": case.section_id,
        "position": case.position,
    }


def number_of(case: Case) -> int:
    """Return the number of the version that a case has now."""
    return case.current.number if case.current else 0


def version_values(case: Case, number: int) -> dict[str, Any]:
    """Return what a version of a case said, as plain values; nothing where there is none."""
    version = CaseVersion.objects.filter(case=case, number=number).first()
    if version is None:
        return {}
    texts = {name: getattr(version, name) for name in (*TEXTS, "steps", "custom")}
    properties: dict[str, Any] = version.properties
    return texts | properties
