from datetime import UTC, datetime, timedelta

import pytest

from testmgmt.core import jobs
from testmgmt.core.errors import ConflictError

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)


@pytest.fixture
def job(db):
    return jobs.create_job(user_id=None, project_id=None, kind="import", title="x" * 300)


@pytest.fixture
def running(job):
    jobs.start_job(job_id=job.pk, now=NOW)
    return job


def _read(job):
    job.refresh_from_db()
    return job


def test_is_taken_by_one_worker_only(job):
    assert jobs.start_job(job_id=job.pk, now=NOW)
    assert not jobs.start_job(job_id=job.pk, now=NOW)


def test_says_how_far_it_is_and_holds_its_lease(running):
    jobs.advance_job(job_id=running.pk, now=LATER, done=5, total=20, phase="Cases", warnings=1)
    jobs.advance_job(job_id=running.pk, now=LATER, done=10, total=20, phase="Cases", warnings=2)

    job = _read(running)
    assert (job.done, job.total, job.phase, job.warnings) == (10, 20, "Cases", 3)
    assert job.lease_until == LATER + jobs.LEASE
    assert jobs.rate_of(job, LATER) == 1.0
    assert jobs.seconds_left(job, LATER) == 10


def test_knows_no_rate_before_the_first_item(running):
    assert jobs.rate_of(_read(running), LATER) is None
    assert jobs.seconds_left(running, LATER) is None


def test_ends_well(running):
    jobs.finish_job(job_id=running.pk, now=LATER, result={"made": 3})

    job = _read(running)
    assert (job.state, job.result, job.finished_at) == ("done", {"made": 3}, LATER)


def test_does_not_end_twice(running):
    jobs.fail_job(job_id=running.pk, now=LATER, message="The file is no CSV.")
    jobs.finish_job(job_id=running.pk, now=LATER)

    assert _read(running).state == "failed"


def test_tells_its_worker_that_somebody_wants_it_to_stop(running):
    jobs.cancel_job(job=_read(running), now=NOW)

    with pytest.raises(jobs.JobCancelledError):
        jobs.advance_job(job_id=running.pk, now=LATER, done=1)
    jobs.end_cancelled_job(job_id=running.pk, now=LATER)

    assert _read(running).state == "cancelled"


def test_never_starts_once_cancelled(job):
    jobs.cancel_job(job=job, now=NOW)

    assert not jobs.start_job(job_id=job.pk, now=LATER)
    with pytest.raises(ConflictError):
        jobs.cancel_job(job=_read(job), now=LATER)
