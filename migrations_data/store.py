"""The importer's memory: leases, tallies, the log, and whence → what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from migrations_data.base.drafts import Draft
from migrations_data.base.problems import Problem
from migrations_data.base.target import Known, Tally
from migrations_data.models import ImportedRecord, ImportJob, ImportProblem
from testmgmt.core.models import Job

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 5
WIDTHS = {"title": 100, "value": 200, "field": 100, "origin_id": 100, "action": 120}


class LeaseLostError(Exception):
    """Another worker took over, since we were silent for too long."""


@dataclass(slots=True)
class Lease:
    """The right to work on a job; whoever falls silent loses it."""

    job_id: UUID
    until: datetime

    def renew(self, **columns: object) -> None:
        """Hold on to it and say how far we are."""
        until = timezone.now() + LEASE
        mine = Job.objects.filter(pk=self.job_id, lease_until=self.until, state=Job.State.RUNNING)
        if not mine.update(lease_until=until, updated_at=timezone.now(), **columns):
            raise LeaseLostError
        self.until = until

    def finish(self, *, state: str, message: str = "", **columns: object) -> None:
        """Give it back for good."""
        now = timezone.now()
        mine = Job.objects.filter(pk=self.job_id, lease_until=self.until)
        mine.update(
            state=state,
            message=message,
            lease_until=None,
            finished_at=now,
            updated_at=now,
            **columns,
        )


def claim(job_id: UUID) -> Lease | None:
    """Take a job that waits or whose worker fell silent; None where somebody works on it."""
    now = timezone.now()
    until = now + LEASE
    free = Q(lease_until=None, state=Job.State.QUEUED) | Q(
        lease_until__lt=now, state=Job.State.RUNNING
    )
    taken = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING, lease_until=until, updated_at=now
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id, started_at=None).update(started_at=now)
    return Lease(job_id, until)


def count_attempt(job: Job) -> int:
    """Note that a worker begins, so that a job which kills its workers comes to an end."""
    job.result = {**job.result, "attempts": job.result.get("attempts", 0) + 1}
    job.save(update_fields=["result"])
    attempts: int = job.result["attempts"]
    return attempts


def is_cancel_requested(lease: Lease) -> bool:
    """Tell whether somebody asked to stop."""
    return Job.objects.filter(pk=lease.job_id, is_cancel_requested=True).exists()


class RecordKeeper:
    """Whence → what, for one project, source and instance."""

    def __init__(self, import_job: ImportJob, instance: str) -> None:
        self._import = import_job
        self._key = {
            "project_id": import_job.project_id,
            "source": import_job.source,
            "instance": instance,
        }

    def known(self, entity: str, origin_ids: Iterable[str]) -> dict[str, Known]:
        """Return what was imported before, by origin id."""
        rows = ImportedRecord.objects.filter(
            **self._key, entity=entity, origin_id__in=list(origin_ids)
        ).values_list("origin_id", "target_id", "digest", "place", "last_import_id")
        return {
            origin_id: Known(
                origin_id, target_id, digest, place, is_from_this_import=last == self._import.pk
            )
            for origin_id, target_id, digest, place, last in rows
        }

    def remember(self, written: Iterable[tuple[Draft, int]]) -> None:
        """Keep what was written: drafts with the ids of ours."""
        rows = [
            ImportedRecord(
                **self._key,
                entity=draft.entity,
                origin_id=draft.origin_id,
                target_id=target_id,
                digest=draft.digest,
                place=draft.place,
                first_import=self._import,
                last_import=self._import,
            )
            for draft, target_id in written
        ]
        ImportedRecord.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["project", "source", "instance", "entity", "origin_id"],
            update_fields=["target_id", "digest", "place", "last_import"],
        )

    def touch(self, entity: str, seen: Iterable[Known]) -> None:
        """Keep that these were in this file as well."""
        origin_ids = [known.origin_id for known in seen]
        if origin_ids:
            ImportedRecord.objects.filter(
                **self._key, entity=entity, origin_id__in=origin_ids
            ).update(last_import=self._import)


def save_tally(import_job: ImportJob, tally: Tally) -> None:
    """Keep how far an import is."""
    import_job.tally = tally.as_json()
    import_job.save(update_fields=["tally", "updated_at"])


def log(import_job: ImportJob, problems: Iterable[Problem]) -> None:
    """Write lines of the log."""
    ImportProblem.objects.bulk_create(_row(import_job, problem) for problem in problems)


def _row(import_job: ImportJob, problem: Problem) -> ImportProblem:
    texts = {name: _shown(getattr(problem, name))[:width] for name, width in WIDTHS.items()}
    return ImportProblem(
        import_job=import_job,
        level=problem.level.value,
        code=problem.code.value,
        entity=problem.entity,
        line=problem.line,
        message=problem.message,
        count=problem.count,
        **texts,
    )


def _shown(text: str) -> str:
    """Make control characters visible: a log is one line a row."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[:400])
