"""Two versions of a case, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from testmgmt.cases.domain.differences import (
    Part,
    StepDifference,
    step_differences,
    text_difference,
)
from testmgmt.cases.domain.merging import text_of
from testmgmt.cases.domain.steps import from_json
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.cases.queries.cases import case_of, versions_of
from testmgmt.core.errors import NotFoundError
from testmgmt.core.ids import read_id
from testmgmt.projects.permissions import Asker

_TEXTS = ("title", "description", "preconditions", "expected")


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that is not the same in both versions."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between two versions of a case; `before` is None for the first."""

    case: Case
    versions: Sequence[CaseVersion]
    before: CaseVersion | None
    after: CaseVersion
    fields: list[FieldDifference]
    steps: list[StepDifference]

    @property
    def has_changed_steps(self) -> bool:
        """Whether any step differs."""
        return any(step.kind != "same" for step in self.steps)


def _words(version: CaseVersion | None) -> dict[str, str]:
    if version is None:
        return {}
    texts = {name: getattr(version, name) for name in _TEXTS}
    others = {**version.properties, **version.custom}
    return texts | {name: text_of(value) for name, value in others.items()}


def _fields(before: CaseVersion | None, after: CaseVersion) -> list[FieldDifference]:
    old, new = _words(before), _words(after)
    return [
        FieldDifference(
            name.replace("_", " ").capitalize(),
            text_difference(old.get(name, ""), new.get(name, "")),
        )
        for name in {**new, **old}
        if old.get(name, "") != new.get(name, "")
    ]


def _chosen(versions: Sequence[CaseVersion], asked: str, otherwise: int) -> CaseVersion | None:
    number = read_id(asked) or otherwise
    return next((version for version in versions if version.number == number), None)


def comparison_of(user: Asker, case_id: int, older: str, newer: str) -> Comparison:
    """Compare two versions: the newest with the one before it, unless others are named."""
    case = case_of(user, case_id)
    versions = versions_of(user, case_id)
    after = _chosen(versions, newer, versions[0].number if versions else 0)
    if after is None:
        raise NotFoundError(f"{case.key} has no such version.")
    before = _chosen(versions, older, after.number - 1)
    steps = step_differences(from_json(before.steps if before else []), from_json(after.steps))
    return Comparison(case, versions, before, after, _fields(before, after), steps)
