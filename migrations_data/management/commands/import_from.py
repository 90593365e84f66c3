"""`manage.py import_from testrail FILE… --project KEY`: move in from a shell, without a worker."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from migrations_data import queries, registry, services
from migrations_data.base.target import OUTCOMES, Tally
from migrations_data.models import ImportJob
from testmgmt.accounts.models import User
from testmgmt.core.errors import DomainError
from testmgmt.core.models import Job
from testmgmt.projects.queries import project_named

CHUNK = 1024 * 1024
WAIT = 0.2  # seconds between two looks at another worker's progress


class Command(BaseCommand):
    """Imports files one after the other and prints what became of what they hold."""

    help = "Import files of another test-management tool into a project."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the arguments."""
        parser.add_argument("source", choices=sorted(registry.SOURCES))
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--project", required=True, help="key or id of the project")
        parser.add_argument("--user", default="", help="who imports; else the first administrator")
        parser.add_argument("--mapping", type=Path, help="a mapping document (JSON)")
        parser.add_argument("--dry-run", action="store_true", help="log and count, write nothing")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *_: Any, **options: Any) -> None:
        """Import each file; the first that fails ends it with its line and an exit code."""
        reports = []
        for path in options["files"]:
            try:
                import_job = self._import(path, options)
            except DomainError as error:
                raise CommandError(f"{path}: {error.message}") from error
            reports.append(_report(import_job))
            if import_job.tally and not options["json"]:
                self.stdout.write("\n".join(_table(import_job)))
            _check(path, import_job)
        if options["json"]:
            self.stdout.write(json.dumps(reports, indent=2, ensure_ascii=False))

    def _import(self, path: Path, options: dict[str, Any]) -> ImportJob:
        user = queries.shell_user(options["user"], options["project"])
        import_job = services.upload(
            user=user,
            project=project_named(user, options["project"]),
            source=options["source"],
            file_name=path.name,
            chunks=_chunks(path),
        )
        import_job = _done(user, import_job)
        if import_job.stage == ImportJob.Stage.SCAN:
            return import_job
        if options["mapping"]:
            document = _document(options["mapping"])
            services.save_mapping(user=user, import_id=import_job.pk, document=document)
        services.start(user=user, import_id=import_job.pk, is_dry_run=options["dry_run"])
        return _done(user, import_job)


def _done(user: User, import_job: ImportJob) -> ImportJob:
    """Do the work here, or wait for a worker that was faster."""
    while True:
        services.work(import_id=import_job.pk)
        current = queries.import_of(user, import_job.pk)
        if not current.is_busy:
            return current
        time.sleep(WAIT)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _document(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    return document


def _report(import_job: ImportJob) -> dict[str, Any]:
    tally = Tally.from_json(import_job.tally)
    return {
        "id": str(import_job.pk),
        "file": import_job.file_name,
        "sha256": import_job.sha256,
        "state": import_job.job.state if import_job.job else "",
        "is_dry_run": import_job.stage == ImportJob.Stage.DRY_RUN,
        "counts": {
            entity: {name: counts[name] for name in ("read", *OUTCOMES)}
            for entity, counts in tally.counts.items()
        },
        "log": dict(sorted(tally.problems.items())),
    }


def _table(import_job: ImportJob) -> Iterator[str]:
    """Yield the lines of a table with what became of each kind."""
    tally = Tally.from_json(import_job.tally)
    columns = ("read", *OUTCOMES)
    yield f"{import_job.file_name}: {import_job.title or import_job.kind}"
    yield "".join([f"{'':12}", *(f"{name:>11}" for name in columns)])
    for entity, counts in tally.counts.items():
        yield "".join([f"{entity + 's':12}", *(f"{counts[name]:>11,}" for name in columns)])
    for key, number in sorted(tally.problems.items()):
        yield f"  {number:>9,} × {key.rstrip(':').replace(':', ' in ')}"


def _check(path: Path, import_job: ImportJob) -> None:
    job = import_job.job
    if job is not None and job.state != Job.State.DONE:
        raise CommandError(f"{path}: {job.message or job.state}")
