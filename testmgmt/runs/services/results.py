"""What people do with results: they are appended, never edited."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from testmgmt.accounts.models import User
from testmgmt.core import audit, events
from testmgmt.core.attachments import MEGABYTE
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action
from testmgmt.projects.domain import Outcome
from testmgmt.projects.models import Choice
from testmgmt.projects.names import Choices, choices_of
from testmgmt.projects.permissions import visible_projects
from testmgmt.projects.services import attach_file
from testmgmt.runs import store
from testmgmt.runs.domain import MAX_BULK, Attempt, TooManyError, derived
from testmgmt.runs.models import Execution, Result, Run, StepResult
from testmgmt.runs.services.runs import lock_open_run


@dataclass(frozen=True, slots=True)
class Entry:
    """One result of many: the execution, or the case where it is in the run once."""

    attempt: Attempt
    execution_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what was seen; `chunks` gives its bytes when asked."""

    name: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Recorder:
    """What all results of one call share."""

    user: User
    run: Run
    statuses: Choices
    now: datetime

    def _status(self, text: str, field: str) -> Choice:
        status = self.statuses.named(text, field=field)
        if status.category == Outcome.UNTESTED:
            raise DomainError("A result says how it went; untested does not.", field=field)
        return status

    def steps_of(self, execution: Execution, attempt: Attempt) -> list[StepResult]:
        """Return the rows of an attempt's steps; each has to be a step of the version, once."""
        places = {step["id"]: place for place, step in enumerate(execution.version.steps)}
        given = [step.step_id for step in attempt.steps]
        if unknown := [step_id for step_id in given if step_id not in places]:
            raise DomainError(f"This version has no step {unknown[0]}.", field="steps")
        if len(set(given)) != len(given):
            raise DomainError("A step has one result per attempt.", field="steps")
        return [
            StepResult(
                step_id=step.step_id,
                position=places[step.step_id],
                status=self._status(step.status, "steps"),
                actual=step.actual,
            )
            for step in attempt.steps
        ]

    def suggestion(self, execution: Execution, steps: Sequence[StepResult]) -> Choice | None:
        """Return the verdict that these steps add up to; steps without a word are untested."""
        outcomes = [Outcome(step.status.category) for step in steps]
        if len(steps) < len(execution.version.steps):
            outcomes.append(Outcome.UNTESTED)
        verdict = derived(outcomes)
        return self.statuses.of_category(verdict) if verdict else None

    def result_of(self, execution: Execution, attempt: Attempt, suggested: Choice | None) -> Result:
        """Return the row of an attempt."""
        status = self._status(attempt.status, "status") if attempt.status else suggested
        if status is None:
            raise DomainError("Say how it went.", field="status", code="required")
        return Result(
            execution=execution,
            status=status,
            suggested=suggested,
            comment=attempt.comment,
            elapsed_seconds=attempt.elapsed_seconds,
            build=attempt.build or self.run.build,
            created_at=self.now,
            created_by=self.user,
        )


def _save(recorder: _Recorder, pairs: Sequence[tuple[Execution, Attempt]]) -> list[Result]:
    results, steps = [], []
    for execution, attempt in pairs:
        own = recorder.steps_of(execution, attempt)
        suggested = recorder.suggestion(execution, own) if own else None
        result = recorder.result_of(execution, attempt, suggested)
        for step in own:
            step.result = result
        results.append(result)
        steps += own
    Result.objects.bulk_create(results)
    for step in steps:
        step.result_id = step.result.pk
    StepResult.objects.bulk_create(steps)
    store.refresh_executions({execution.pk for execution, _ in pairs}, recorder.now)
    store.refresh_cases({execution.case_id for execution, _ in pairs})
    return results


def _tell(recorder: _Recorder, results: Sequence[Result]) -> None:
    run, user = recorder.run, recorder.user
    audit.record(
        user_id=user.pk,
        project_id=run.project_id,
        action="record",
        target=results[0] if len(results) == 1 else run,
        changes={"results": [None, len(results)]},
    )
    for result in results:
        data = {
            "run": run.pk,
            "execution": result.execution_id,
            "case": result.execution.case_id,
            "outcome": result.status.category,
        }
        events.publish(
            events.Event("result.recorded", result.pk, run.project_id, user.pk, data=data)
        )


def _recorder(user: User, run_id: int, now: datetime) -> _Recorder:
    run = lock_open_run(user, run_id, Action.EXECUTE)
    statuses = choices_of(run.project_id, Choice.Field.RESULT_STATUS)
    return _Recorder(user, run, statuses[Choice.Field.RESULT_STATUS], now)


@transaction.atomic
def record_result(*, user: User, execution_id: int, attempt: Attempt, now: datetime) -> Result:
    """Append one attempt; the execution and its case repeat it from now on."""
    execution = (
        Execution.objects.filter(
            pk=execution_id, run__deleted_at=None, run__project__in=visible_projects(user)
        )
        .select_related("version")
        .first()
    )
    if execution is None:
        raise NotFoundError("There is no such test.")
    recorder = _recorder(user, execution.run_id, now)
    results = _save(recorder, [(execution, attempt)])
    _tell(recorder, results)
    return results[0]


def record_with_evidence(
    *,
    user: User,
    execution_id: int,
    attempt: Attempt,
    evidence: Sequence[Evidence],
    now: datetime,
) -> Result:
    """Append one attempt with its files; files that cannot be taken stop it before it is saved."""
    for file in evidence:
        if not file.size:
            raise DomainError(f"{file.name} is empty.", field="evidence")
        if file.size > settings.MAX_UPLOAD_MB * MEGABYTE:
            raise DomainError(
                f"{file.name} is larger than {settings.MAX_UPLOAD_MB} MB.", field="evidence"
            )
    result = record_result(user=user, execution_id=execution_id, attempt=attempt, now=now)
    for file in evidence:
        attach_file(
            user=user,
            kind=TargetKind.RESULT,
            target_id=result.pk,
            name=file.name,
            chunks=file.chunks(),
        )
    return result


def _located(run: Run, entries: Sequence[Entry]) -> list[Execution]:
    by_id: dict[int, Execution] = {}
    by_case: dict[int, list[Execution]] = {}
    for execution in run.executions.select_related("version"):
        by_id[execution.pk] = execution
        by_case.setdefault(execution.case_id, []).append(execution)
    return [_one(entry, by_id, by_case) for entry in entries]


def _one(
    entry: Entry, by_id: dict[int, Execution], by_case: dict[int, list[Execution]]
) -> Execution:
    if entry.execution_id is not None:
        found = [by_id[entry.execution_id]] if entry.execution_id in by_id else []
        asked = f"test {entry.execution_id}"
    else:
        found = by_case.get(entry.case_id or 0, [])
        asked = f"case {entry.case_id}"
    if not found:
        raise DomainError(f"This run has no {asked}.", field="results", code="unknown_test")
    if len(found) > 1:
        raise DomainError(
            f"This run holds {asked} {len(found)} times; name the execution.",
            field="results",
            code="ambiguous_test",
        )
    return found[0]


@transaction.atomic
def record_results(
    *, user: User, run_id: int, entries: Sequence[Entry], now: datetime
) -> list[Result]:
    """Append many attempts to one run, all or none."""
    if len(entries) > MAX_BULK:
        raise TooManyError(f"At most {MAX_BULK} results at once.", field="results")
    recorder = _recorder(user, run_id, now)
    if not entries:
        return []
    executions = _located(recorder.run, entries)
    results = _save(
        recorder, list(zip(executions, (entry.attempt for entry in entries), strict=True))
    )
    _tell(recorder, results)
    return results


@transaction.atomic
def retest(
    *, user: User, run_id: int, execution_ids: Collection[int], comment: str, now: datetime
) -> list[Result]:
    """Ask for another attempt at these executions."""
    run = lock_open_run(user, run_id, Action.EXECUTE)
    statuses = choices_of(run.project_id, Choice.Field.RESULT_STATUS)[Choice.Field.RESULT_STATUS]
    status = statuses.of_category(Outcome.RETEST)
    if status is None:
        raise DomainError("This project has no status for retesting.", field="status")
    attempt = Attempt(status=status.slug, comment=comment)
    entries = [Entry(attempt, execution_id=pk) for pk in execution_ids]
    return record_results(user=user, run_id=run_id, entries=entries, now=now)
