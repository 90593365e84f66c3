"""What people do with runs."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from testmgmt.accounts.models import User
from testmgmt.core import audit, events
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError, StaleRevisionError
from testmgmt.core.permissions import Action
from testmgmt.projects.domain import Outcome
from testmgmt.projects.models import Choice
from testmgmt.projects.names import choices_of, member_named
from testmgmt.projects.permissions import require, visible_projects
from testmgmt.runs import store
from testmgmt.runs.domain import OPEN, Selection
from testmgmt.runs.models import Execution, Run
from testmgmt.runs.queries import check_open


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person says of a run."""

    name: str
    description: str = ""
    environment: str = ""
    build: str = ""


def lock_run(user: User, run_id: int, action: Action) -> Run:
    """Return a run that this user may change, held until the change commits."""
    run = (
        Run.objects.select_for_update(no_key=True)
        .filter(pk=run_id, deleted_at=None, project__in=visible_projects(user))
        .first()
    )
    if run is None:
        raise NotFoundError("There is no such run.")
    require(user, action, run.project_id)
    return run


def lock_open_run(user: User, run_id: int, action: Action) -> Run:
    """Return a run as `lock_run` does; a closed one is refused."""
    run = lock_run(user, run_id, action)
    check_open(run)
    return run


def tell(name: str, run: Run, user: User, changes: dict[str, list[object]] | None = None) -> None:
    """Write the audit entry of a change and publish its event."""
    action = name.removeprefix("run.")
    audit.record(
        user_id=user.pk, project_id=run.project_id, action=action, target=run, changes=changes
    )
    events.publish(events.Event(name, run.pk, run.project_id, user.pk))


def _named(draft: Draft) -> Draft:
    if not draft.name.strip():
        raise DomainError("Give the run a name.", field="name", code="required")
    return draft


def _untested(project_id: int) -> int:
    statuses = choices_of(project_id, Choice.Field.RESULT_STATUS)[Choice.Field.RESULT_STATUS]
    return (statuses.of_category(Outcome.UNTESTED) or statuses.default).pk


def _added(run: Run, selection: Selection, now: datetime) -> int:
    return store.add_cases(
        run=run, selection=selection, status_id=_untested(run.project_id), now=now
    )


@transaction.atomic
def create_run(
    *, user: User, project_id: int, draft: Draft, selection: Selection, now: datetime
) -> Run:
    """Start a run of the chosen cases, each at its present version."""
    require(user, Action.EDIT_RUNS, project_id)
    run = Run.objects.create(project_id=project_id, created_by=user, **asdict(_named(draft)))
    if not _added(run, selection, now):
        raise DomainError("No case fits this choice, so there is nothing to run.", field="cases")
    tell("run.created", run, user)
    return run


@transaction.atomic
def update_run(*, user: User, run_id: int, revision: int | None, changes: dict[str, str]) -> Run:
    """Change what is said of an open run; a revision that is sent has to be the present one."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    if revision is not None and revision != run.revision:
        raise StaleRevisionError("Somebody changed this run in between.")
    before = asdict(Draft(run.name, run.description, run.environment, run.build))
    after = asdict(_named(Draft(**{**before, **changes})))
    changed = audit.changes_of(before, after)
    if not changed:
        return run
    for field, (_, value) in changed.items():
        setattr(run, field, value)
    run.revision += 1
    run.save(update_fields=[*changed, "revision", "updated_at"])
    tell("run.updated", run, user, changed)
    return run


@transaction.atomic
def add_cases(*, user: User, run_id: int, selection: Selection, now: datetime) -> int:
    """Put more cases into an open run; return how many were new."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    added = _added(run, selection, now)
    tell("run.updated", run, user, {"cases_added": [None, added]})
    return added


@transaction.atomic
def remove_cases(*, user: User, run_id: int, execution_ids: Collection[int]) -> int:
    """Take executions out of an open run; those with results stay, for results are kept."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    chosen = run.executions.filter(pk__in=execution_ids)
    tried = chosen.filter(results__isnull=False).distinct().count()
    if tried:
        raise ConflictError(
            f"{tried} of these tests have results, and results are kept. "
            "Skip them, or leave them out of the next run.",
            code="has_results",
        )
    removed, _ = chosen.delete()
    tell("run.updated", run, user, {"cases_removed": [None, removed]})
    return removed


@transaction.atomic
def assign(
    *, user: User, run_id: int, execution_ids: Collection[int], assignee: str, now: datetime
) -> int:
    """Give executions to a member, by username; to nobody where it is empty."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    person = member_named(run.project_id, assignee) if assignee else None
    changed = run.executions.filter(pk__in=execution_ids).update(
        assignee=person, revision=F("revision") + 1, updated_at=now
    )
    tell("run.updated", run, user, {"assigned": [None, f"{changed} to {assignee or 'nobody'}"]})
    return changed


@transaction.atomic
def take_current_version(*, user: User, run_id: int, execution_id: int) -> Execution:
    """Let an execution of an open run test the case's newest version."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    execution = run.executions.select_related("case").filter(pk=execution_id).first()
    if execution is None or execution.case.current_id is None:
        raise NotFoundError("There is no such test in this run.")
    execution.version_id = execution.case.current_id
    execution.revision += 1
    execution.save(update_fields=["version", "revision", "updated_at"])
    tell("run.updated", run, user, {"version_taken": [None, execution.case_id]})
    return execution


def _repeated(user: User, source: Run, name: str, outcomes: Collection[str], now: datetime) -> Run:
    draft = _named(Draft(name, source.description, source.environment, source.build))
    run = Run.objects.create(project_id=source.project_id, created_by=user, **asdict(draft))
    repeated = store.repeat_executions(
        source=source,
        run=run,
        outcomes=outcomes,
        status_id=_untested(source.project_id),
        now=now,
    )
    if not repeated:
        raise DomainError(f"Nothing in {source.key} is left to run again.", field="outcomes")
    tell("run.created", run, user, {"repeats": [None, source.key]})
    return run


@transaction.atomic
def rerun(*, user: User, run_id: int, name: str, outcomes: Collection[str], now: datetime) -> Run:
    """Start a new run from what failed (or stands at other outcomes), assignees kept."""
    source = lock_run(user, run_id, Action.EDIT_RUNS)
    return _repeated(user, source, name, outcomes, now)


@transaction.atomic
def close_run(*, user: User, run_id: int, now: datetime, rest_name: str = "") -> Run:
    """Close a run for good; what is still open goes into a new run where that gets a name."""
    run = lock_open_run(user, run_id, Action.EDIT_RUNS)
    if rest_name:
        _repeated(user, run, rest_name, OPEN, now)
    return _closed(user, run, now)


@transaction.atomic
def reopen_run(*, user: User, run_id: int) -> Run:
    """Let people record results again."""
    run = lock_run(user, run_id, Action.EDIT_RUNS)
    return _closed(user, run, None) if run.closed_at else run


def _closed(user: User, run: Run, at: datetime | None) -> Run:
    run.closed_at = at
    run.revision += 1
    run.save(update_fields=["closed_at", "revision", "updated_at"])
    tell("run.closed" if at else "run.reopened", run, user)
    return run


@transaction.atomic
def delete_run(*, user: User, run_id: int, now: datetime) -> None:
    """Put a run away; the cases then repeat their newest result elsewhere."""
    run = lock_run(user, run_id, Action.DELETE)
    run.deleted_at = now
    run.revision += 1
    run.save(update_fields=["deleted_at", "revision", "updated_at"])
    store.refresh_cases(list(run.executions.values_list("case_id", flat=True)))
    tell("run.deleted", run, user)
