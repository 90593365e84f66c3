"""Our project as the importer's target: one transaction a batch, a few statements each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction

from migrations_data import store
from migrations_data.base.mapping import MappingDocument
from migrations_data.base.target import Batch, Known, Tally, Target
from migrations_data.models import ImportJob
from migrations_data.services.writer import Writer
from testmgmt.accounts.models import User
from testmgmt.cases.models import Case, Section


class DryTarget(Target):
    """Writes the log and nothing else; cannot be resumed, so it begins anew."""

    def __init__(self, import_job: ImportJob, lease: store.Lease, instance: str) -> None:
        self._import = import_job
        self._lease = lease
        self._records = store.RecordKeeper(import_job, instance)
        self._seen: dict[tuple[str, str], Known] = {}
        store.save_tally(import_job, Tally())
        import_job.problems.all().delete()

    def resume(self) -> Tally:
        """Begin anew."""
        return Tally()

    def known(self, entity: str, origin_ids: Iterable[str]) -> Mapping[str, Known]:
        """Return what earlier imports made, and what this one would have made."""
        wanted = list(origin_ids)
        known = with_gone(entity, self._records.known(entity, wanted))
        seen = {one: self._seen[entity, one] for one in wanted if (entity, one) in self._seen}
        return {**known, **seen}

    def commit(self, batch: Batch) -> None:
        """Remember and log what would happen."""
        drafts = [*batch.creates, *(draft for draft, _ in batch.updates + batch.moves)]
        for draft in drafts:
            self._see(draft.entity, draft.origin_id, draft.digest, draft.place)
        for entity, known in batch.seen:
            self._see(entity, known.origin_id, known.digest, known.place)
        with transaction.atomic():
            self._lease.renew(**progress_of(batch.tally))
            store.log(self._import, batch.problems)
            store.save_tally(self._import, batch.tally)

    def is_cancelled(self) -> bool:
        """Tell whether somebody asked to stop."""
        return store.is_cancel_requested(self._lease)

    def _see(self, entity: str, origin_id: str, digest: str, place: str) -> None:
        known = Known(origin_id, 0, digest, place, is_from_this_import=True)
        self._seen[entity, origin_id] = known


class ProjectTarget(Target):
    """Writes sections and cases into the project of an import, through the product's services."""

    def __init__(
        self, import_job: ImportJob, lease: store.Lease, mapping: MappingDocument, user: User
    ) -> None:
        self._import = import_job
        self._lease = lease
        self._records = store.RecordKeeper(import_job, mapping.settings.instance)
        self._writer = Writer(import_job, user)

    def resume(self) -> Tally:
        """Return how far it was."""
        return Tally.from_json(self._import.tally)

    def known(self, entity: str, origin_ids: Iterable[str]) -> Mapping[str, Known]:
        """Return what earlier batches and imports made, and whether it is still there."""
        return with_gone(entity, self._records.known(entity, origin_ids))

    def is_cancelled(self) -> bool:
        """Tell whether somebody asked to stop."""
        return store.is_cancel_requested(self._lease)

    @transaction.atomic
    def commit(self, batch: Batch) -> None:
        """Write all of a batch with its tally."""
        self._lease.renew(**progress_of(batch.tally))
        self._records.remember(self._writer.write_sections(batch, self._section_ids))
        self._records.remember(self._writer.write_cases(batch, self._section_ids))
        for entity in ("section", "case"):
            self._records.touch(entity, [known for kind, known in batch.seen if kind == entity])
        store.log(self._import, batch.problems)
        store.save_tally(self._import, batch.tally)

    def _section_ids(self, origin_ids: Iterable[str]) -> dict[str, int]:
        known = self.known("section", set(origin_ids) - {""}).values()
        return {one.origin_id: one.target_id for one in known if not one.is_gone}


def with_gone(entity: str, known: Mapping[str, Known]) -> dict[str, Known]:
    """Mark what was deleted here since."""
    model = Section.objects.all() if entity == "section" else Case.objects.filter(deleted_at=None)
    targets = [one.target_id for one in known.values()]
    present = set(model.filter(pk__in=targets).order_by().values_list("pk", flat=True))
    return {
        origin_id: replace(one, is_gone=one.target_id not in present)
        for origin_id, one in known.items()
    }


def progress_of(tally: Tally) -> dict[str, int]:
    """Return what the row of the background work shows."""
    return {"done": tally.cursor, "warnings": tally.problems.total()}
