"""What a failing result says of the defect behind it, and which defects are known already."""

from testmgmt.core.errors import NotFoundError
from testmgmt.defects.domain import FailedStep, Failure, NewDefect, description_of, title_of
from testmgmt.defects.models import Defect
from testmgmt.defects.queries.rows import visible_defects
from testmgmt.projects.domain import Outcome, Progress
from testmgmt.projects.permissions import Asker, visible_projects
from testmgmt.runs.models import Result


def open_defects_of_case(user: Asker, case_id: int) -> list[Defect]:
    """Return what is known to be wrong with a case and not done, the newest first."""
    known = visible_defects(user).filter(results__execution__case_id=case_id)
    still = known.exclude(status__category=Progress.DONE).select_related("status", "assignee")
    return list(still.distinct().order_by("-id"))


def _failure(result: Result) -> Failure:
    execution = result.execution
    went = {step.step_id: step for step in result.steps.all()}
    steps = []
    for step in execution.version.steps:
        tried = went.get(step["id"])
        steps.append(
            FailedStep(
                action=step.get("action", ""),
                expected=step.get("expected", ""),
                outcome=Outcome(tried.status.category) if tried else Outcome.UNTESTED,
                actual=tried.actual if tried else "",
            )
        )
    run, case = execution.run, execution.case
    return Failure(
        case.key, execution.version.title, run.key, run.name, result.comment, tuple(steps)
    )


def result_for_defect(user: Asker, result_id: int) -> Result:
    """Return a result with all that a defect of it would tell."""
    result = (
        Result.objects.filter(
            pk=result_id,
            execution__run__project__in=visible_projects(user),
            execution__run__deleted_at=None,
        )
        .select_related(
            "status",
            "execution__run__project",
            "execution__case__priority",
            "execution__version",
            "execution__configuration",
        )
        .prefetch_related("steps__status")
        .first()
    )
    if result is None:
        raise NotFoundError("There is no such result.")
    return result


def draft_of(result: Result) -> NewDefect:
    """Return the defect that a failing result suggests."""
    failure = _failure(result)
    run, configuration = result.execution.run, result.execution.configuration
    where = [run.environment, configuration.name if configuration else ""]
    return NewDefect(
        title=title_of(failure),
        description=description_of(failure),
        priority=result.execution.case.priority.slug,
        environment=", ".join(part for part in where if part),
        build=result.build or run.build,
        result_ids=(result.pk,),
    )
