"""Long tasks as rows: who asked, how far, what it warned of. A worker holds one by a lease.

A worker calls `start_job`, then `advance_job` at least every `LEASE`, then `finish_job` or
`fail_job`. `advance_job` raises JobCancelledError once somebody has asked to stop.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from testmgmt.core.errors import ConflictError
from testmgmt.core.models import Job

LEASE = timedelta(minutes=2)
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)


class JobCancelledError(Exception):
    """Somebody asked the job to stop; its worker undoes or keeps what is done, and leaves."""


class JobLostError(Exception):
    """The job is no longer this worker's: it ended, or its lease ran out."""


def create_job(
    *,
    user_id: int | None,
    project_id: int | None,
    kind: str,
    title: str,
    url: str = "",
) -> Job:
    """Put a long task down; `url` is the page that shows its outcome."""
    return Job.objects.create(
        user_id=user_id, project_id=project_id, kind=kind, title=title[:255], url=url
    )


def start_job(*, job_id: UUID, now: datetime) -> bool:
    """Take a waiting job; False where another worker was faster or it was cancelled."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.QUEUED)
    return bool(
        waiting.update(
            state=Job.State.RUNNING, started_at=now, lease_until=now + LEASE, updated_at=now
        )
    )


def advance_job(
    *,
    job_id: UUID,
    now: datetime,
    done: int,
    total: int | None = None,
    phase: str = "",
    warnings: int = 0,
) -> None:
    """Say how far it is, add warnings, and hold the lease for another while."""
    running = Job.objects.filter(pk=job_id, state=Job.State.RUNNING)
    changed = running.update(
        done=done,
        total=total,
        phase=phase[:80],
        warnings=F("warnings") + warnings,
        lease_until=now + LEASE,
        updated_at=now,
    )
    if not changed:
        raise JobLostError(str(job_id))
    if running.filter(is_cancel_requested=True).exists():
        raise JobCancelledError(str(job_id))


def _end(job_id: UUID, state: Job.State, now: datetime, **values: Any) -> None:
    Job.objects.filter(pk=job_id, state__in=UNFINISHED).update(
        state=state, finished_at=now, lease_until=None, updated_at=now, **values
    )


def finish_job(
    *, job_id: UUID, now: datetime, result: dict[str, Any] | None = None, message: str = ""
) -> None:
    """It is done."""
    _end(job_id, Job.State.DONE, now, result=result or {}, message=message)


def fail_job(*, job_id: UUID, now: datetime, message: str) -> None:
    """It failed, in words that its owner can act on."""
    _end(job_id, Job.State.FAILED, now, message=message)


def end_cancelled_job(*, job_id: UUID, now: datetime, message: str = "Cancelled.") -> None:
    """The worker has stopped as asked."""
    _end(job_id, Job.State.CANCELLED, now, message=message)


def cancel_job(*, job: Job, now: datetime) -> Job:
    """Ask a job to stop: a waiting one ends at once, a running one at its next step."""
    if job.state not in UNFINISHED:
        raise ConflictError("This job has ended already.", code="job_ended")
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        is_cancel_requested=True, updated_at=now
    )
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=now, updated_at=now, message="Cancelled."
    )
    job.refresh_from_db()
    return job


def rate_of(job: Job, now: datetime) -> float | None:
    """Return how many items a second it does; None before the first."""
    if job.started_at is None or not job.done:
        return None
    seconds = ((job.finished_at or now) - job.started_at).total_seconds()
    return job.done / seconds if seconds > 0 else None


def seconds_left(job: Job, now: datetime) -> int | None:
    """Return how long it still takes at this pace; None where nobody can tell."""
    rate = rate_of(job, now)
    if rate is None or job.total is None or job.state != Job.State.RUNNING:
        return None
    return round(max(job.total - job.done, 0) / rate)
