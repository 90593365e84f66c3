"""The background work of an import: scan, dry run, run; each may be killed and begun again."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction

from migrations_data import importer, queries, store
from migrations_data.base.inventory import Inventory, take
from migrations_data.base.mapping import MappingDocument, parse
from migrations_data.base.problems import Code, Level, Problem
from migrations_data.base.records import Record
from migrations_data.base.source import SourceError
from migrations_data.base.target import Tally, Target
from migrations_data.base.translate import Translator
from migrations_data.models import ImportJob
from migrations_data.services.definitions import completed, define, source_of
from migrations_data.services.imports import QUEUED, Stage, enqueue
from migrations_data.services.targets import DryTarget, ProjectTarget
from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError
from testmgmt.core.models import Job

BEAT = 2_000  # records between two signs of life


def wake_idle() -> None:
    """Wake workers for imports that wait too long or whose worker fell silent."""
    with transaction.atomic():
        for import_id in queries.idle_imports():
            events.publish(events.Event(QUEUED, str(import_id)))


def work(*, import_id: UUID) -> None:
    """Do what an import waits for, unless somebody does it already."""
    imports = ImportJob.objects.select_related("job", "created_by")
    import_job = imports.filter(pk=import_id).first()
    if import_job is None or import_job.job is None:
        return  # a project may be deleted while its message is on the way
    lease = store.claim(import_job.job.pk)
    if lease is None:
        return
    if store.count_attempt(import_job.job) > store.MAX_ATTEMPTS:
        message = "The work was begun several times and never came to an end."
        lease.finish(state=Job.State.FAILED, message=message)
        return
    _work(import_job, lease)


def _work(import_job: ImportJob, lease: store.Lease) -> None:
    """Do it; whatever stops it is told on the page of the import."""
    try:
        _STAGES[Stage(import_job.stage)](import_job, lease)
    except store.LeaseLostError:
        return
    except SourceError as error:
        _fail(import_job, lease, error)
    except DomainError as error:
        lease.finish(state=Job.State.FAILED, message=error.message)
    except Exception:
        message = "A fault of this server stopped it. Start it again: it goes on where it was."
        lease.finish(state=Job.State.FAILED, message=message)
        raise


def _fail(import_job: ImportJob, lease: store.Lease, error: SourceError) -> None:
    problem = Problem(
        Level.ERROR,
        Code.SOURCE_DAMAGED,
        f"{error.message} {error.fix}".strip(),
        line=error.line or 0,
        action="stopped",
    )
    store.log(import_job, [problem])
    lease.finish(state=Job.State.FAILED, message=str(error))


# -- scan


def _scan(import_job: ImportJob, lease: store.Lease) -> None:
    """Count everything, and propose a mapping for what there is."""
    source = source_of(import_job)
    inventory = take(_beating(source.read(), lease))
    wanted = parse(import_job.mapping) if import_job.mapping else MappingDocument(source.slug)
    import_job.mapping = completed(import_job, wanted, inventory).as_json()
    import_job.inventory = inventory.as_json()
    import_job.stage = Stage.MAPPING
    with transaction.atomic():
        import_job.save()
        lease.finish(state=Job.State.DONE, done=_total(inventory))
        if import_job.is_unattended:
            enqueue(import_job, Stage.RUN, import_job.created_by)


def _total(inventory: Inventory) -> int:
    return inventory.counts["section"] + inventory.counts["case"]


# -- dry run and run


def _dry_run(import_job: ImportJob, lease: store.Lease) -> None:
    mapping = parse(import_job.mapping)
    target = DryTarget(import_job, lease, mapping.settings.instance)
    _import(import_job, lease, target, Translator(mapping))


def _run(import_job: ImportJob, lease: store.Lease) -> None:
    user = import_job.created_by
    if user is None:
        raise DomainError("Whoever began this import has no account any more; begin it anew.")
    mapping = define(import_job.project_id, parse(import_job.mapping), import_job.inventory)
    target = ProjectTarget(import_job, lease, mapping, user)
    _import(import_job, lease, target, Translator(mapping))


def _import(
    import_job: ImportJob, lease: store.Lease, target: Target, translator: Translator
) -> None:
    counts = import_job.inventory["counts"]
    expected = {name: counts.get(name, 0) for name in ("section", "case")}
    expected["section"] += parse(import_job.mapping).settings.is_suite_a_section
    lease.renew(total=sum(expected.values()))
    records = _beating(source_of(import_job).read(), lease)
    tally = importer.run(records, translator, target)
    if tally.cursor < sum(expected.values()) and target.is_cancelled():
        lease.finish(state=Job.State.CANCELLED, message="Cancelled; what is in stays in.")
        return
    _close(import_job, lease, tally, expected)


def _close(
    import_job: ImportJob, lease: store.Lease, tally: Tally, expected: dict[str, int]
) -> None:
    """Hold the counts against the scan: an import is done when nothing is unaccounted for."""
    read = {name: tally.number(name, "read") for name in expected}
    if read != expected or not tally.is_balanced:
        message = f"Read were {read}, expected {expected}: do not rely on this import."
        store.log(import_job, [Problem(Level.ERROR, Code.COUNT_MISMATCH, message)])
        lease.finish(state=Job.State.FAILED, message=message)
        return
    with transaction.atomic():
        lease.finish(state=Job.State.DONE, message="", done=tally.cursor)
        audit.record(
            user_id=import_job.created_by_id,
            project_id=import_job.project_id,
            action="finish",
            target=import_job,
            changes={name: [0, dict(counts)] for name, counts in tally.counts.items()},
        )
        events.publish(
            events.Event("migration.finished", str(import_job.pk), import_job.project_id)
        )


def _beating(records: Iterable[Record], lease: store.Lease) -> Iterator[Record]:
    """Give a sign of life now and then, also while nothing is written."""
    for number, record in enumerate(records):
        if number % BEAT == BEAT - 1:
            lease.renew()
        yield record


_STAGES = {Stage.SCAN: _scan, Stage.DRY_RUN: _dry_run, Stage.RUN: _run}
