"""How cases become rows: one path for one case and for a thousand."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from testmgmt.cases.domain import CaseChange, NewCase, given
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.cases.queries.values import (
    CHOICES,
    PEOPLE,
    PROPERTIES,
    TEXTS,
    VERSIONED,
    values_of,
)
from testmgmt.cases.services.content import check_leaving_draft, checked
from testmgmt.cases.services.vocabulary import Vocabulary
from testmgmt.core.audit import changes_of

_PLAIN = ("title", "template", "estimate_seconds", "references", "assignee_name", "section_id")
_COLUMNS = (*_PLAIN, *CHOICES, *PEOPLE, "position", "current", "revision", "updated_at")
_BATCH = 1000


@dataclass(slots=True)
class Changed:
    """A case and what becomes different in it: {field: [before, after]}."""

    case: Case
    after: dict[str, Any]
    changes: dict[str, list[Any]]

    @property
    def has_new_version(self) -> bool:
        """Whether anything changes that versions keep: all but places and people."""
        return not self.changes.keys().isdisjoint(VERSIONED)

    @property
    def number(self) -> int:
        """The number of the version that it has now."""
        return self.case.current.number if self.case.current else 0


class _Ends:
    """Hands out the next position of each section."""

    def __init__(self, project_id: int, section_ids: set[int | None]) -> None:
        self._next: dict[int | None, int] = defaultdict(int)
        if section_ids:
            rows = Case.objects.filter(project_id=project_id).order_by()
            last = rows.values_list("section_id").annotate(Max("position"))
            self._next |= {section: end + 1 for section, end in last if section in section_ids}

    def take(self, section_id: int | None) -> int:
        """Return the next free position of a section."""
        position = self._next[section_id]
        self._next[section_id] += 1
        return position


def _assign(case: Case, values: Mapping[str, Any], words: Vocabulary) -> None:
    for name in values.keys() & {*_PLAIN, "position"}:
        setattr(case, name, values[name])
    for name in values.keys() & CHOICES.keys():
        setattr(case, name, words.choice(name, values[name]))
    for name in values.keys() & {*PEOPLE}:
        setattr(case, name, words.person(name, values[name]))


def _version(values: Mapping[str, Any], number: int, author_id: int | None) -> CaseVersion:
    return CaseVersion(
        **{name: values[name] for name in (*TEXTS, "steps", "custom")},
        number=number,
        note=values.get("note", ""),
        properties={name: values[name] for name in PROPERTIES},
        created_by_id=author_id,
    )


def _tag(pairs: Sequence[tuple[Case, Sequence[str]]], words: Vocabulary) -> None:
    through = Case.tags.through
    through.objects.bulk_create(
        [
            through(case_id=case.pk, tag_id=tag.pk)
            for case, names in pairs
            for tag in words.tags(names)
        ],
        batch_size=_BATCH,
    )


def insert(*, project_id: int, author_id: int | None, cases: Sequence[NewCase]) -> list[Case]:
    """Write new cases with their first versions, in the order in which they are given."""
    batch = [given(case) for case in cases]
    words = Vocabulary(project_id, batch)
    rows: list[Case] = []
    versions: list[CaseVersion] = []
    ends = _Ends(project_id, {new.section_id for new in cases if new.position is None})
    for wanted in batch:
        values = checked(wanted, {}, words)
        if values["position"] is None:
            values["position"] = ends.take(values["section_id"])
        case = Case(project_id=project_id, created_by_id=author_id, marker=values["marker"])
        _assign(case, values, words)
        version = _version(values, 1, author_id)
        version.case = case
        case.current = version
        rows.append(case)
        versions.append(version)
    Case.objects.bulk_create(rows)
    CaseVersion.objects.bulk_create(versions)
    _tag([(case, wanted["tags"]) for case, wanted in zip(rows, batch, strict=True)], words)
    return rows


def _one_assignee(wanted: dict[str, Any]) -> dict[str, Any]:
    """A case is assigned to somebody of ours or to a name from elsewhere, never to both."""
    if wanted.get("assignee"):
        return {"assignee_name": "", **wanted}
    return {"assignee": "", **wanted} if wanted.get("assignee_name") else wanted


def _changed(case: Case, wanted: Mapping[str, Any], words: Vocabulary, ends: _Ends) -> Changed:
    before = values_of(case)
    after = before | checked(wanted, before, words)
    if after["section_id"] != before["section_id"] and "position" not in wanted:
        after["position"] = ends.take(after["section_id"])
    check_leaving_draft(before, after, words)
    return Changed(case, after, changes_of(before, {name: after[name] for name in before}))


def _save(changed: Sequence[Changed], words: Vocabulary, author_id: int | None) -> None:
    versions: list[CaseVersion] = []
    for entry in changed:
        case = entry.case
        _assign(case, {name: entry.after[name] for name in entry.changes}, words)
        case.revision += 1
        if entry.has_new_version:
            version = _version(entry.after, entry.number + 1, author_id)
            version.case = case
            case.current = version
            versions.append(version)
    CaseVersion.objects.bulk_create(versions)
    Case.objects.bulk_create(
        [entry.case for entry in changed],
        update_conflicts=True,  # an upsert: one statement where bulk_update needs a CASE per cell
        unique_fields=["id"],
        update_fields=_COLUMNS,
    )


def _retag(changed: Sequence[Changed], words: Vocabulary) -> None:
    tagged = [(entry.case, entry.after["tags"]) for entry in changed if "tags" in entry.changes]
    if tagged:
        Case.tags.through.objects.filter(case__in=[case for case, _ in tagged]).delete()
        _tag(tagged, words)
    for case, _ in tagged:
        case.refresh_from_db(fields=["tags"])  # forgets what was prefetched; no query


def locked(project_id: int, case_ids: Collection[int]) -> dict[int, Case]:
    """Return cases with all that `values_of` needs, held until the transaction ends.

    They are locked before they are read: a join in the locking statement could still see the
    version that somebody has just replaced.
    """
    own = Case.objects.filter(project_id=project_id, pk__in=case_ids, deleted_at=None).order_by()
    list(own.select_for_update().values_list("pk"))
    full = own.select_related("current", "state", "priority", "type", "owner", "assignee")
    return {case.pk: case for case in full.prefetch_related("tags")}


def change(
    *, project_id: int, author_id: int | None, changes: Sequence[tuple[Case, CaseChange]]
) -> list[Changed]:
    """Write changes of locked cases; return those that made a difference."""
    batch = [_one_assignee(given(wanted)) for _, wanted in changes]
    words = Vocabulary(project_id, batch)
    targets = {wanted["section_id"] for wanted in batch if "section_id" in wanted}
    ends = _Ends(project_id, targets)
    entries = [
        _changed(case, wanted, words, ends)
        for (case, _), wanted in zip(changes, batch, strict=True)
    ]
    different = [entry for entry in entries if entry.changes]
    _save(different, words, author_id)
    _retag(different, words)
    return different
