"""Writes drafts through the product's services; a record that they refuse is told and skipped."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Max

from migrations_data.base.drafts import CaseDraft, Draft, SectionDraft
from migrations_data.base.mapping import CUSTOM
from migrations_data.base.problems import Code, Level, Problem
from migrations_data.base.target import Batch, Known
from migrations_data.models import ImportedRecord, ImportJob
from testmgmt.accounts.models import User
from testmgmt.cases import services as cases
from testmgmt.cases.domain import CaseChange, NewCase, NewSection, SectionChange, Step
from testmgmt.cases.models import Section
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError
from testmgmt.projects.models import CustomField
from testmgmt.projects.names import members_of

_PLAIN = (
    *("title", "description", "preconditions", "expected", "template", "state", "priority"),
    *("type", "tags", "estimate_seconds", "references"),
)
Written = list[tuple[Draft, int]]
Resolve = Callable[[Iterable[str]], dict[str, int]]


class Writer:
    """Knows the project and the people of an import."""

    def __init__(self, import_job: ImportJob, user: User) -> None:
        self._user = user
        self._project_id = import_job.project_id
        self._slugs = _slugs_of(import_job)
        self._usernames = {one.name: one.username for one in members_of(self._project_id)}
        self._first_root = _first_root(self._project_id)

    # -- sections

    def write_sections(self, batch: Batch, resolve: Resolve) -> Written:
        """Write the sections of a batch; parents come before their children."""
        created = [draft for draft in batch.creates if isinstance(draft, SectionDraft)]
        changed = _of_kind(SectionDraft, batch.updates + batch.moves)
        written: Written = []
        if created:
            written += zip(created, self._create_sections(created, resolve), strict=True)
        if changed:
            written += self._change_sections(changed, resolve)
        return written

    def _create_sections(self, drafts: Sequence[SectionDraft], resolve: Resolve) -> list[int]:
        places = {draft.origin_id: index for index, draft in enumerate(drafts)}
        known = resolve({draft.parent_id for draft in drafts} - places.keys())
        sections = [
            NewSection(
                name=draft.name,
                description=draft.description,
                parent_id=known.get(draft.parent_id),
                parent_index=places.get(draft.parent_id),
                position=self._position(draft),
            )
            for draft in drafts
        ]
        return cases.import_sections(
            user=self._user, project_id=self._project_id, sections=sections
        )

    def _change_sections(
        self, pairs: Sequence[tuple[SectionDraft, Known]], resolve: Resolve
    ) -> Written:
        parents = resolve(draft.parent_id for draft, _ in pairs)
        changes = {
            known.target_id: SectionChange(
                name=draft.name,
                description=draft.description,
                parent_id=parents.get(draft.parent_id),
                position=self._position(draft),
            )
            for draft, known in pairs
        }
        cases.import_section_changes(user=self._user, project_id=self._project_id, changes=changes)
        return [(draft, known.target_id) for draft, known in pairs]

    def _position(self, draft: SectionDraft) -> int:
        return draft.position + (0 if draft.parent_id else self._first_root)

    # -- cases

    def write_cases(self, batch: Batch, resolve: Resolve) -> Written:
        """Write the cases of a batch, whose sections are there by now."""
        created = [draft for draft in batch.creates if isinstance(draft, CaseDraft)]
        changed = _of_kind(CaseDraft, batch.updates + batch.moves)
        sections = resolve({draft.section_id for draft in [*created, *(one for one, _ in changed)]})
        new = [(draft, self._new_case(draft, sections)) for draft in created]
        moved = {draft.origin_id for draft, _ in batch.moves}
        changes = [
            (
                draft,
                known,
                self._case_change(draft, known, sections, is_moved=draft.origin_id in moved),
            )
            for draft, known in changed
        ]
        return [*self._create_cases(new, batch), *self._change_cases(changes, batch)]

    def _create_cases(self, new: Sequence[tuple[CaseDraft, NewCase]], batch: Batch) -> Written:
        """Write all at once; where one of them is refused, halve until it stands alone."""
        if not new:
            return []
        try:
            ids = cases.import_cases(
                user=self._user, project_id=self._project_id, cases=[case for _, case in new]
            )
        except DomainError as error:
            _raise_if_general(error)
            if len(new) == 1:
                batch.refuse(new[0][0], "created", _refused(new[0][0], error))
                return []
            half = len(new) // 2
            return [*self._create_cases(new[:half], batch), *self._create_cases(new[half:], batch)]
        return [(draft, case_id) for (draft, _), case_id in zip(new, ids, strict=True)]

    def _change_cases(
        self, changes: Sequence[tuple[CaseDraft, Known, CaseChange]], batch: Batch
    ) -> Written:
        if not changes:
            return []
        try:
            cases.import_case_changes(
                user=self._user,
                project_id=self._project_id,
                changes={known.target_id: change for _, known, change in changes},
            )
        except DomainError as error:
            _raise_if_general(error)
            if len(changes) == 1:
                batch.refuse(changes[0][0], "updated", _refused(changes[0][0], error))
                return []
            half = len(changes) // 2
            first, rest = changes[:half], changes[half:]
            return [*self._change_cases(first, batch), *self._change_cases(rest, batch)]
        return [(draft, known.target_id) for draft, known, _ in changes]

    def _new_case(self, draft: CaseDraft, sections: dict[str, int]) -> NewCase:
        return NewCase(
            **self._content(draft),
            custom=draft.custom,
            section_id=sections.get(draft.section_id),
            position=draft.position,
        )

    def _case_change(
        self, draft: CaseDraft, known: Known, sections: dict[str, int], *, is_moved: bool
    ) -> CaseChange:
        """Say what the source changed; where it left the place alone, people may have moved it."""
        place: dict[str, Any] = {}
        if known.place != draft.place:
            place = {"section_id": sections.get(draft.section_id), "position": draft.position}
        if is_moved:
            return CaseChange(**place)
        custom = {**dict.fromkeys(self._slugs), **draft.custom}
        return CaseChange(**self._content(draft), **place, custom=custom)

    def _content(self, draft: CaseDraft) -> dict[str, Any]:
        username = self._usernames.get(draft.assignee, "")
        steps = [Step(step.action, step.data, step.expected) for step in draft.steps]
        return {
            **{name: getattr(draft, name) for name in _PLAIN},
            "steps": steps,
            "assignee": username,
            "assignee_name": "" if username else draft.assignee,
            "note": f"Imported from {draft.origin_id}",
        }


def _slugs_of(import_job: ImportJob) -> set[str]:
    """Return the custom fields that imports of this source fill: a value may have gone there."""
    imports = ImportJob.objects.filter(project=import_job.project_id, source=import_job.source)
    filled = {
        rule["slug"]
        for mapping in imports.values_list("mapping", flat=True)
        for rule in mapping.get("fields", {}).values()
        if rule["to"] == CUSTOM
    }
    own = CustomField.objects.filter(project=import_job.project_id, entity="case", is_active=True)
    return filled.intersection(own.values_list("slug", flat=True))


def _first_root(project_id: int) -> int:
    """Imported root sections stand behind those that the project had of its own."""
    imported = ImportedRecord.objects.filter(project_id=project_id, entity="section")
    own = Section.objects.filter(project_id=project_id, parent=None)
    own = own.exclude(pk__in=imported.values("target_id"))
    last: int | None = own.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _of_kind(kind: type[Any], pairs: Iterable[tuple[Draft, Known]]) -> list[tuple[Any, Known]]:
    return [(draft, known) for draft, known in pairs if isinstance(draft, kind)]


def _raise_if_general(error: DomainError) -> None:
    """Whoever may not write at all may not write any record."""
    if isinstance(error, ForbiddenError | NotFoundError):
        raise error


def _refused(draft: CaseDraft, error: DomainError) -> Problem:
    return Problem(
        Level.ERROR,
        Code.REFUSED,
        error.message,
        entity=draft.entity,
        origin_id=draft.origin_id,
        title=draft.title,
        line=draft.line,
        field=error.field,
        action="skipped",
    )
