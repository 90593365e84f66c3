"""A preview of a whole scope as a long task: counted page by page, stopped at any time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from integrations.base.errors import ConnectorError
from integrations.engine.rules import Rules, RulesError, parse
from integrations.engine.state import SIDES, Side
from integrations.models import Connection, ConnectionVersion
from integrations.services.preview import (
    Change,
    Foreseen,
    Tally,
    foresee,
    foresee_scope,
    preview_engine,
)
from integrations.services.rights import connection_for
from integrations.services.rules import unwritable_fields
from testmgmt.accounts.models import User
from testmgmt.core import events, jobs
from testmgmt.core.errors import ConflictError, DomainError, NotFoundError
from testmgmt.core.models import Job
from testmgmt.core.permissions import Action

KIND = "preview"
DUE = "preview.due"
"""The event that wakes a worker; its object is the job."""

LIVE_ITEMS = 20
"""Items of one page of differences, read when they are shown."""


def preview_item(
    *, user: User, connection_id: UUID, item_id: str, side: Side = "a", is_draft: bool = False
) -> Foreseen:
    """Say what a sync that somebody asks for would do with one item; nothing is written."""
    connection = connection_for(user, connection_id, Action.VIEW)
    engine = preview_engine(connection, _rules(connection, is_draft=is_draft), is_asked=True)
    try:
        found = foresee(engine, side, [item_id])
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    if not found:
        raise NotFoundError("Preview the item of side a that it is linked to.", field="item")
    return found[0]


@transaction.atomic
def start_preview(*, user: User, connection_id: UUID, is_draft: bool = False) -> Job:
    """Put a preview of everything down; a worker counts."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    _rules(connection, is_draft=is_draft)
    running = Job.objects.filter(kind=KIND, state__in=jobs.UNFINISHED)
    if running.filter(result__connection=str(connection.pk)).exists():
        raise ConflictError("A preview of this connection is under way.", code="running")
    job = jobs.create_job(
        user_id=user.pk,
        project_id=connection.project_id,
        kind=KIND,
        title=f"Preview of {connection.name}",
    )
    if connection.project_id is not None:  # the outcome of two trackers is for the API
        job.url = reverse("integrations:preview", args=[connection.pk, job.pk])
    job.result = {"connection": str(connection.pk), "is_draft": is_draft}
    job.save(update_fields=["url", "result"])
    events.publish(events.Event(DUE, str(job.pk), connection.project_id, user.pk))
    return job


def work_preview(*, job_id: UUID) -> None:
    """Count a preview that waits; harmless when somebody does it already."""
    if not jobs.start_job(job_id=job_id, now=timezone.now()):
        return
    asked: dict[str, Any] = Job.objects.get(pk=job_id).result
    try:
        result = _counted(job_id, asked)
    except jobs.JobCancelledError:
        jobs.end_cancelled_job(job_id=job_id, now=timezone.now())
    except (ConnectorError, DomainError, RulesError) as error:
        jobs.fail_job(job_id=job_id, now=timezone.now(), message=str(error))
    except jobs.JobLostError:
        return
    else:
        jobs.finish_job(job_id=job_id, now=timezone.now(), result={**asked, **result})


def waiting_previews(*, now: datetime) -> Sequence[UUID]:
    """Return the previews that wait for a worker; what lost its worker is ended."""
    for job in Job.objects.filter(kind=KIND, state=Job.State.RUNNING, lease_until__lt=now):
        jobs.fail_job(job_id=job.pk, now=now, message="Its worker stopped; start it once more.")
    queued = Job.objects.filter(kind=KIND, state=Job.State.QUEUED)
    return list(queued.order_by("created_at").values_list("pk", flat=True))


def preview_result(*, user: User, connection_id: UUID, job_id: UUID) -> Job:
    """Return a preview of a connection."""
    connection_for(user, connection_id, Action.CONFIGURE)
    job = Job.objects.filter(kind=KIND, pk=job_id, result__connection=str(connection_id)).first()
    if job is None:
        raise NotFoundError("There is no such preview.")
    return job


def live_changes(
    *, user: User, job: Job, field: str, offset: int = 0
) -> Sequence[tuple[Foreseen, Change]]:
    """Return what would change in a field, one page of items, read at this moment."""
    known = next((one for one in job.result.get("fields", ()) if one["field"] == field), None)
    if known is None:
        raise NotFoundError("Nothing would change in this field.", field="field")
    connection = connection_for(user, UUID(job.result["connection"]), Action.CONFIGURE)
    engine = preview_engine(connection, _rules(connection, is_draft=job.result["is_draft"]))
    page = known["items"][offset : offset + LIVE_ITEMS]
    try:
        found = [
            one
            for side in SIDES
            if (ids := [item_id for where, item_id, _key in page if where == side])
            for one in foresee(engine, side, ids)
        ]
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    return [(one, change) for one in found for change in one.changes if change.field == field]


def _counted(job_id: UUID, asked: dict[str, Any]) -> dict[str, Any]:
    connection = Connection.objects.get(pk=asked["connection"])
    rules, tally = _rules(connection, is_draft=asked["is_draft"]), Tally()
    done = 0
    for side in SIDES:
        engine = preview_engine(connection, rules)
        phase = f"Looking at {engine.places[side].name}"
        for chunk in foresee_scope(engine, side):
            for one in chunk:
                tally.add(one)
            done += len(chunk)
            jobs.advance_job(job_id=job_id, now=timezone.now(), done=done, phase=phase)
    return {
        **tally.result(preview_engine(connection, rules)),
        "unwritable": [
            {"field": name, "words": words} for name, words in unwritable_fields(connection, rules)
        ],
    }


def _rules(connection: Connection, *, is_draft: bool) -> Rules:
    state = ConnectionVersion.State.DRAFT if is_draft else ConnectionVersion.State.PUBLISHED
    version = connection.versions.filter(state=state).first()
    if version is None:
        raise NotFoundError(f"There are no {state.label.lower()} rules.")
    try:
        return parse(version.rules)
    except RulesError as error:
        raise DomainError(f"The rules cannot be read. {error}", code="rules_invalid") from error
