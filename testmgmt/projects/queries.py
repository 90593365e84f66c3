"""Reads of projects; all of them stand on `visible_projects`."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from testmgmt.accounts.models import ApiKey, User
from testmgmt.core.attachments import attachments_of
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.models import Attachment, AuditEntry, Job, TargetKind
from testmgmt.core.search import Hit
from testmgmt.projects.models import Membership, Project
from testmgmt.projects.permissions import Asker, visible_projects

SWITCHER_LENGTH = 50
HITS_LENGTH = 6


def project_named(user: Asker, named: str | int) -> Project:
    """Return the visible project of this id or key; a stranger's does not exist."""
    text = str(named)
    same = {"pk": text} if text.isdecimal() else {"key": text.upper()}
    project = visible_projects(user).filter(**same).first()
    if project is None:
        raise NotFoundError(f"There is no project {text}.", field="project")
    return project


def project_for(user: Asker, token: ApiKey | None, named: str | int | None) -> Project:
    """Return the project that a request means: the named one, else the token's own."""
    if named not in {None, ""}:
        return project_named(user, named or 0)
    if token is None or token.project_id is None:
        raise DomainError("Name a project by its id or key.", field="project", code="required")
    return project_named(user, token.project_id)


def switchable_projects(user: Asker) -> list[Project]:
    """Return what the switcher in the frame offers: the first by name, archived ones left out."""
    named = visible_projects(user).filter(is_archived=False).only("id", "key", "name")
    return list(named[:SWITCHER_LENGTH])


def listed_projects(user: Asker, *, is_archived: bool = False) -> QuerySet[Project]:
    """Return the projects of a list by name, with the number of their members."""
    projects = visible_projects(user).filter(is_archived=is_archived)
    members = Membership.objects.filter(project=OuterRef("pk")).order_by().values("project")
    counted = members.annotate(number=Count("pk")).values("number")
    return projects.annotate(member_count=Subquery(counted)).order_by("name", "pk")


def projects_of(user: Asker, condition: Q, order: Sequence[str]) -> QuerySet[Project]:
    """Return the visible projects that meet a condition, in this order."""
    return visible_projects(user).filter(condition).order_by(*order)


def memberships_of(project: Project) -> QuerySet[Membership]:
    """Return who belongs to a project, by name."""
    members = project.memberships.select_related("user")
    return members.order_by("user__first_name", "user__username", "pk")


def recent_changes(project: Project, limit: int = 10) -> list[AuditEntry]:
    """Return what was last done in a project."""
    entries = AuditEntry.objects.filter(project=project).select_related("user")
    return list(entries.order_by("-at", "-pk")[:limit])


def found_projects(user: Asker, text: str) -> list[Hit]:
    """Return the projects whose key or name holds a text, for the palette."""
    found = visible_projects(user).filter(Q(name__icontains=text) | Q(key__istartswith=text))
    names = found.order_by("is_archived", "name", "pk").values_list("key", "name")
    hits = names[:HITS_LENGTH]
    return [Hit(key, name, reverse("projects:detail", args=[key])) for key, name in hits]


def visible_jobs(user: Asker) -> QuerySet[Job]:
    """Return the long tasks of one's projects, and one's own outside of any, the newest first."""
    of_projects = Q(project__in=visible_projects(user))
    is_free = isinstance(user, User) and user.only_project_id is None
    asked = of_projects | Q(project=None, user=user) if is_free else of_projects
    jobs = Job.objects.filter(asked)
    return jobs.select_related("project", "user").order_by("-created_at", "-pk")


def job_of(user: Asker, job_id: UUID) -> Job:
    """Return one long task that somebody may see."""
    job = visible_jobs(user).filter(pk=job_id).first()
    if job is None:
        raise NotFoundError("There is no such job.")
    return job


def attachment_of(user: Asker, attachment_id: int) -> Attachment:
    """Return a file of a project that somebody may see."""
    files = Attachment.objects.filter(project__in=visible_projects(user))
    attachment = files.select_related("blob", "created_by").filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFoundError("There is no such file.")
    return attachment


def jobs_of(user: Asker, named: str | None) -> QuerySet[Job]:
    """Return the visible long tasks, of one project where one is named."""
    jobs = visible_jobs(user)
    return jobs.filter(project=project_named(user, named)) if named else jobs


def files_of(user: Asker, target: str, target_id: int) -> QuerySet[Attachment]:
    """Return the files of one thing, as far as its project is visible."""
    files = attachments_of(TargetKind(target), [target_id])
    return files.filter(project__in=visible_projects(user))
