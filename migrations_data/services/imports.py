"""Upload, map, start, cancel: what an administrator of a project does to move in."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from migrations_data import queries, registry, uploads
from migrations_data.base.inventory import Inventory
from migrations_data.base.mapping import MappingDocument, MappingError, parse
from migrations_data.base.source import Source, SourceError
from migrations_data.models import ImportedRecord, ImportJob
from migrations_data.services.definitions import completed
from testmgmt.accounts.models import User
from testmgmt.core import audit, events, jobs
from testmgmt.core.errors import ConflictError, DomainError
from testmgmt.core.files import safe_name
from testmgmt.core.models import Job
from testmgmt.core.permissions import Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import require

Stage = ImportJob.Stage
QUEUED = "migration.queued"


def upload(
    *,
    user: User,
    project: Project,
    source: str,
    file_name: str,
    chunks: Iterable[bytes],
    mapping: object = None,
) -> ImportJob:
    """Take a file and have it scanned; one with a mapping goes on by itself after the scan."""
    require(user, Action.CONFIGURE, project.pk)
    wanted = _parsed(mapping) if mapping is not None else None
    kind = _source(source)
    kept = uploads.keep(chunks)
    try:
        identity = kind(uploads.path_of(kept.sha256)).check()
    except SourceError as error:
        raise DomainError(str(error), field="file", code="file_refused") from error
    import_job = ImportJob(
        project=project,
        created_by=user,
        source=source,
        file_name=safe_name(file_name),
        sha256=kept.sha256,
        size=kept.size,
        kind=identity.kind,
        origin_id=identity.origin_id[:100],
        title=identity.name[:255],
        mapping=wanted.as_json() if wanted else {},
        is_unattended=wanted is not None,
    )
    with transaction.atomic():
        import_job.save()
        audit.record(user_id=user.pk, project_id=project.pk, action="upload", target=import_job)
        enqueue(import_job, Stage.SCAN, user)
    return import_job


@transaction.atomic
def save_mapping(*, user: User, import_id: UUID, document: object) -> ImportJob:
    """Decide what becomes of fields and values; what was imported so far is looked at again."""
    import_job = _open(user, import_id)
    before = import_job.mapping
    wanted = _parsed(document).over(parse(before))
    inventory = Inventory.from_json(import_job.inventory)
    import_job.mapping = completed(import_job, wanted, inventory).as_json()
    _begin_anew(import_job)
    changes = audit.changes_of({"mapping": before}, {"mapping": import_job.mapping})
    audit.record(
        user_id=user.pk,
        project_id=import_job.project_id,
        action="map",
        target=import_job,
        changes=changes,
    )
    return import_job


@transaction.atomic
def start(*, user: User, import_id: UUID, is_dry_run: bool = False) -> ImportJob:
    """Begin, or go on behind the last batch where an import had stopped."""
    import_job = _open(user, import_id)
    if import_job.stage != Stage.RUN or is_dry_run:
        _begin_anew(import_job)
    stage = Stage.DRY_RUN if is_dry_run else Stage.RUN
    audit.record(
        user_id=user.pk, project_id=import_job.project_id, action=stage.value, target=import_job
    )
    enqueue(import_job, stage, user)
    return import_job


@transaction.atomic
def cancel(*, user: User, import_id: UUID) -> ImportJob:
    """Ask the work to stop between two batches; what is in stays in."""
    import_job = queries.import_of(user, import_id)
    require(user, Action.CONFIGURE, import_job.project_id)
    if import_job.job is None or not import_job.is_busy:
        raise ConflictError("There is nothing going on that could be cancelled.")
    jobs.cancel_job(job=import_job.job, now=timezone.now())
    audit.record(
        user_id=user.pk, project_id=import_job.project_id, action="cancel", target=import_job
    )
    return queries.import_of(user, import_id)


def enqueue(import_job: ImportJob, stage: ImportJob.Stage, user: User | None) -> None:
    """Make the next piece of work a row, and wake a worker once it is durable."""
    import_job.stage = stage
    import_job.job = jobs.create_job(
        kind="migration",
        title=f"{stage.label} of {import_job.file_name}",
        project_id=import_job.project_id,
        user_id=user.pk if user else None,
        url=reverse("migrations_data:detail", args=[import_job.pk]),
    )
    import_job.save()
    events.publish(events.Event(QUEUED, str(import_job.pk), import_job.project_id))


def _open(user: User, import_id: UUID) -> ImportJob:
    """Return an import that may be changed: scanned, idle and not finished."""
    import_job = queries.import_of(user, import_id)
    require(user, Action.CONFIGURE, import_job.project_id)
    job = import_job.job
    if import_job.is_busy:
        raise ConflictError("Work on this import is going on; wait for it or cancel it.")
    if import_job.stage == Stage.SCAN:
        raise ConflictError("The file could not be scanned; upload it again.")
    if import_job.stage == Stage.RUN and job and job.state == Job.State.DONE:
        raise ConflictError(
            "This import is finished; upload the file again to bring it up to date."
        )
    return import_job


def _begin_anew(import_job: ImportJob) -> None:
    """Forget how far it is; what it wrote stays and will be recognised."""
    import_job.tally = {}
    import_job.stage = Stage.MAPPING
    import_job.save()
    import_job.problems.all().delete()
    ImportedRecord.objects.filter(last_import=import_job).update(last_import=None)


def _source(slug: str) -> type[Source]:
    if slug not in registry.SOURCES:
        known = ", ".join(registry.SOURCES)
        raise DomainError(f"There is no source “{slug}”; known are: {known}.", field="source")
    return registry.load(slug)


def _parsed(document: object) -> MappingDocument:
    try:
        return parse(document)
    except MappingError as error:
        raise DomainError(str(error), field="mapping", code="invalid_mapping") from error
