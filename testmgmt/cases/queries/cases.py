"""Reads of cases: rows for lists, one case with all its text, its versions."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from testmgmt.accounts.models import ApiKey
from testmgmt.cases.domain.durations import words_of
from testmgmt.cases.domain.merging import text_of
from testmgmt.cases.domain.sections import SectionRow, below, path_to
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.cases.queries.listing import LISTING
from testmgmt.cases.queries.offers import custom_specs
from testmgmt.cases.queries.sections import section_of, section_rows
from testmgmt.core.attachments import attachments_of
from testmgmt.core.comments import comments_of
from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import Attachment, Comment, TargetKind
from testmgmt.core.search import Hit
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker, visible_projects
from testmgmt.projects.queries import project_for

Row = dict[str, Any]
HITS_LENGTH = 6

# what the API calls a column, and where it lies
COLUMNS: dict[str, str] = {
    "project": "project__key",
    "section": "section_id",
    "title": "title",
    "description": "current__description",
    "preconditions": "current__preconditions",
    "expected": "current__expected",
    "steps": "current__steps",
    "template": "template",
    "state": "state__slug",
    "priority": "priority__slug",
    "type": "type__slug",
    "owner": "owner__username",
    "assignee": "assignee__username",
    "assignee_name": "assignee_name",
    "estimate_seconds": "estimate_seconds",
    "references": "references",
    "custom": "current__custom",
    "version": "current__number",
    "revision": "revision",
    "last_status": "last_status__slug",
    "last_result_at": "last_result_at",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


def under(user: Asker, section_id: int) -> Q:
    """Match the cases of a section that somebody may see, and of all that lies below it."""
    rows = section_rows(section_of(user, section_id).project_id)
    return Q(section__in=below(rows, section_id))


def project_asked(user: Asker, token: ApiKey | None, named: str | None) -> Project | None:
    """Return the project whose list is asked for; None stands for all that somebody may see."""
    if named or (token is not None and token.project_id is not None):
        return project_for(user, token, named)
    return None


def cases_of(
    user: Asker, project: Project | None, condition: Q, ordering: Sequence[str]
) -> QuerySet[Case, Any]:
    """Return the ids of the cases that fit, of one project or of all that somebody may see.

    Ids only, so that counting and skipping join nothing; `documents` reads a page of them.
    """
    where = Q(project__in=visible_projects(user)) if project is None else Q(project=project)
    fitting = Case.objects.filter(where, condition, deleted_at=None)
    return fitting.order_by(*ordering).values("id")


def tags_of(case_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the tags of each of these cases by name, in one statement."""
    found: dict[int, list[str]] = defaultdict(list)
    tagged = Case.tags.through.objects.filter(case_id__in=case_ids).order_by("tag__name")
    for case_id, name in tagged.values_list("case_id", "tag__name"):
        found[case_id].append(name)
    return found


def documents(case_ids: Sequence[int], names: Collection[str]) -> list[Row]:
    """Return cases with the named columns (and `tags`), in the order of their ids here."""
    columns = [name for name in COLUMNS if name in names]
    rows = Case.objects.filter(pk__in=case_ids).order_by()
    found = {
        pk: {"id": pk, **dict(zip(columns, values, strict=True))}
        for pk, *values in rows.values_list("id", *(COLUMNS[name] for name in columns))
    }
    if "tags" in names:
        tags = tags_of(case_ids)
        for pk, row in found.items():
            row["tags"] = tags.get(pk, [])
    return [found[pk] for pk in case_ids if pk in found]


def document_of(user: Asker, case_id: int) -> Row:
    """Return one case that somebody may see, with all columns."""
    visible = Case.objects.filter(project__in=visible_projects(user), deleted_at=None)
    if not visible.filter(pk=case_id).exists():
        raise NotFoundError("There is no such case.")
    return documents([case_id], {*COLUMNS, "tags"})[0]


def case_of(user: Asker, case_id: int) -> Case:
    """Return a case with all that its page shows; those in the trash too."""
    case = (
        Case.objects.filter(project__in=visible_projects(user), pk=case_id)
        .select_related(
            *("project", "section", "current", "current__created_by", "last_status"),
            *("state", "priority", "type", "owner", "assignee"),
        )
        .prefetch_related("tags")
        .first()
    )
    if case is None:
        raise NotFoundError("There is no such case.")
    return case


def project_of_case(case_id: int) -> int | None:
    """Return which project a case is in, for the files that hang on it."""
    living = Case.objects.filter(pk=case_id, deleted_at=None)
    return living.values_list("project_id", flat=True).first()


def found_cases(user: Asker, text: str) -> list[Hit]:
    """Return the cases whose title or key holds a text, for the palette."""
    fitting = LISTING.filters["search"].parse(text)
    visible = Case.objects.filter(fitting, project__in=visible_projects(user), deleted_at=None)
    return [
        Hit(f"C-{pk}", title, reverse("cases:detail", args=[pk]))
        for pk, title in visible.order_by("-id").values_list("pk", "title")[:HITS_LENGTH]
    ]


def path_of(case: Case) -> list[SectionRow]:
    """Return the sections from the root down to a case."""
    return path_to(section_rows(case.project_id), case.section_id)


def facts_of(case: Case) -> list[tuple[str, str]]:
    """Return what else is known of a case, in words: its estimate, references, own fields."""
    facts = [("Estimate", words_of(case.estimate_seconds)), ("References", case.references)]
    custom = case.current.custom if case.current else {}
    if custom:
        names = {spec.slug: spec.name for spec in custom_specs(case.project_id)}
        facts += [(names.get(slug, slug), text_of(value)) for slug, value in custom.items()]
    return [(label, text) for label, text in facts if text]


def versions_of(user: Asker, case_id: int) -> list[CaseVersion]:
    """Return the versions of a case, the newest first."""
    visible = CaseVersion.objects.filter(case_id=case_id, case__project__in=visible_projects(user))
    return list(visible.select_related("created_by").order_by("-number"))


def comments_on(case: Case) -> QuerySet[Comment]:
    """Return what was said of a case, here and in trackers, the oldest first."""
    return comments_of(TargetKind.CASE, case.pk)


def files_of(case: Case) -> QuerySet[Attachment]:
    """Return the files that hang on a case, the oldest first."""
    return attachments_of(TargetKind.CASE, [case.pk])
