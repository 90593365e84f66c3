"""Reads of imports; only administrators of a project see its imports."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from migrations_data.base.mapping import CHOICES, CustomTarget, Vocabulary
from migrations_data.base.target import OUTCOMES, Tally
from migrations_data.models import ImportJob, ImportProblem
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import Job
from testmgmt.core.permissions import Role
from testmgmt.projects.models import Choice, CustomField, Project
from testmgmt.projects.permissions import Asker, visible_projects
from testmgmt.projects.queries import project_named

LEVELS = ("error", "warning", "info")
CHOICE_FIELDS = {"type": "case_type", "priority": "priority", "state": "case_state"}
_NOBODY = "This project has no administrator; name somebody with --user."
IDLE = timedelta(seconds=15)  # a job that nobody took for so long has lost its message


def administered_projects(user: Asker) -> QuerySet[Project]:
    """Return the projects into which this person may import."""
    projects = visible_projects(user).filter(is_archived=False)
    if not user.is_authenticated or user.is_superuser:
        return projects
    return projects.filter(memberships__user_id=user.pk, memberships__role=Role.ADMIN)


def imports_of(user: Asker) -> QuerySet[ImportJob]:
    """Return the imports that this person may see, newest first."""
    mine = ImportJob.objects.filter(project__in=administered_projects(user))
    return mine.select_related("project", "job", "created_by").order_by("-created_at", "id")


def within(user: Asker, project: str | None) -> Q:
    """Return the condition of belonging to a named project, or to any."""
    return Q(project=project_named(user, project)) if project else Q()


def import_of(user: Asker, import_id: UUID) -> ImportJob:
    """Return one import."""
    found = imports_of(user).filter(pk=import_id).first()
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What somebody wants to see of a log; empty means all."""

    level: str = ""
    entity: str = ""
    code: str = ""


def problems_of(import_job: ImportJob, wanted: LogFilter) -> QuerySet[ImportProblem]:
    """Return the lines of a log in the order in which they were written."""
    given = {
        name: value for name in ("level", "entity", "code") if (value := getattr(wanted, name))
    }
    return import_job.problems.filter(**given).order_by("id")


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How often something is said in a log."""

    level: str
    code: str
    entity: str
    number: int


def problem_counts(import_job: ImportJob) -> list[ProblemCount]:
    """Return how often a log says what, by level, code and entity."""
    groups = import_job.problems.values_list("level", "code", "entity")
    rows = groups.annotate(number=Sum("count")).order_by("level", "code", "entity")
    return [ProblemCount(*row) for row in rows]


def choices_of(project_id: int, target: str) -> list[Choice]:
    """Return what a project offers for a target of a mapping."""
    field = CHOICE_FIELDS[target]
    return list(Choice.objects.filter(project_id=project_id, field=field, is_active=True))


def vocabulary_of(project_id: int) -> Vocabulary:
    """Return what a mapping may refer to in a project."""
    fields = CustomField.objects.filter(project_id=project_id, entity="case").order_by("pk")
    return Vocabulary(
        choices={
            target: {choice.slug: choice.name for choice in choices_of(project_id, target)}
            for target in CHOICES
        },
        custom=tuple(CustomTarget(field.slug, field.name, field.kind) for field in fields),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, and whether it lies behind."""

    label: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class CountRow:
    """What became of all records of a kind."""

    label: str
    read: int
    created: int
    updated: int
    unchanged: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a page shows of an import."""

    steps: list[Step]
    counts: list[CountRow]
    found: list[tuple[str, int]]
    codes: list[tuple[str, int]]
    is_finished: bool
    is_failed: bool
    is_cancelled: bool
    is_dry_run: bool
    percent: int
    log_total: int


_LABELS = {"section": "Sections", "case": "Cases", "step": "Steps"}
_FOUND = {**_LABELS, "attachment": "Files referred to"}
_WAY = ("Upload", "Scan", "Mapping", "Import", "Log")
_PLACE = {"scan": 1, "mapping": 2, "dry_run": 2, "run": 3}


def report_of(import_job: ImportJob) -> Report:
    """Return how far an import is and what came of it."""
    job, stage = import_job.job, import_job.stage
    state = job.state if job else Job.State.DONE
    is_run = stage in {ImportJob.Stage.RUN, ImportJob.Stage.DRY_RUN}
    is_finished = stage == ImportJob.Stage.RUN and state == Job.State.DONE
    here = 4 if is_finished else _PLACE[stage]
    tally = Tally.from_json(import_job.tally)
    found = import_job.inventory.get("counts", {})
    codes: Counter[str] = Counter()
    for each in problem_counts(import_job):
        codes[each.code] += each.number
    return Report(
        steps=[Step(label, n < here, n == here) for n, label in enumerate(_WAY)],
        counts=[
            CountRow(label, *(tally.number(name, each) for each in ("read", *OUTCOMES)))
            for name, label in _LABELS.items()
            if is_run and name in tally.counts
        ],
        found=[(label, found[name]) for name, label in _FOUND.items() if found.get(name)],
        codes=sorted(codes.items()),
        is_finished=is_finished,
        is_failed=state == Job.State.FAILED,
        is_cancelled=state == Job.State.CANCELLED,
        is_dry_run=stage == ImportJob.Stage.DRY_RUN,
        percent=min(100, 100 * job.done // job.total) if job and job.total else 0,
        log_total=codes.total(),
    )


def is_open(import_job: ImportJob) -> bool:
    """Tell whether its mapping may still be changed."""
    job = import_job.job
    if import_job.is_busy or import_job.stage == ImportJob.Stage.SCAN:
        return False
    is_done = job is not None and job.state == Job.State.DONE
    return not (import_job.stage == ImportJob.Stage.RUN and is_done)


def shell_user(username: str, project: str) -> User:
    """Return in whose name a shell imports: the one named, else the first who may."""
    people = User.objects.filter(is_active=True).order_by("-is_superuser", "pk")
    if username:
        people = people.filter(username__iexact=username)
    else:
        admins = Q(memberships__project__key=project.upper(), memberships__role=Role.ADMIN)
        people = people.filter(Q(is_superuser=True) | admins)
    found = people.first()
    if found is None:
        raise NotFoundError(f"Nobody here is called “{username}”." if username else _NOBODY)
    return found


def idle_imports() -> Iterator[UUID]:
    """Yield imports whose work waits without a worker, or whose worker fell silent."""
    now = timezone.now()
    waiting = Q(job__state=Job.State.QUEUED, job__created_at__lt=now - IDLE)
    silent = Q(job__state=Job.State.RUNNING, job__lease_until__lt=now)
    yield from ImportJob.objects.filter(waiting | silent).values_list("pk", flat=True)
