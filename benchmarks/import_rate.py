"""Importing a TestRail suite against streaming its XML alone, and against a bare bulk_create.

All three handle the same generated cases in this process; `python -m benchmarks.import_rate 20000`
sets how many. Figures are CPU seconds, the least of several passes for the two short ones.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django
from django.core.management import call_command
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from migrations_data import services
from migrations_data.base.inventory import take
from migrations_data.models import ImportJob
from migrations_data.services.definitions import source_of
from testmgmt.accounts.models import User
from testmgmt.cases.models import Case, CaseVersion
from testmgmt.projects import services as projects
from testmgmt.projects.models import Choice, Project

CASES, CASES_PER_SECTION, STEPS, PASSES, BATCH = 5_000, 50, 5, 3, 1_000
_STEP = (
    "<step><index>{0}</index><content>Open page {0} &amp; look</content>"
    "<expected>Page {0} is shown.\nNothing else is.</expected></step>"
)
_CASE = (
    "<case><id>C{0}</id><title>Case {0}</title><template>Test Case (Steps)</template>"
    "<type>Functional</type><priority>High</priority><estimate>300</estimate>"
    "<references>PROJ-{0}</references><custom><risk><id>1</id><value> High</value></risk>"
    "<preconds>Somebody is signed in.</preconds><steps_separated>{1}</steps_separated>"
    "</custom></case>\n"
)


def _suite(size: int) -> Iterator[bytes]:
    """Yield a suite export piece by piece."""
    steps = "".join(_STEP.format(number) for number in range(1, STEPS + 1))
    yield b"<suite><id>S1</id><name>Bench</name><sections>"
    for first in range(0, size, CASES_PER_SECTION):
        numbers = range(first, min(first + CASES_PER_SECTION, size))
        yield f"<section><name>Section {first}</name><cases>".encode()
        yield "".join(_CASE.format(number, steps) for number in numbers).encode()
        yield b"</cases></section>"
    yield b"</sections></suite>"


def _seconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _insert(project: Project, rows: list[tuple[str, dict[str, object]]]) -> None:
    """Write as many cases and versions as fast as the ORM can."""
    choices = Choice.objects.filter(project=project, is_default=True)
    state, kind, priority = (choices.get(field=f) for f in ("case_state", "case_type", "priority"))
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        with transaction.atomic():
            cases = [
                Case(project=project, title=title, state=state, type=kind, priority=priority)
                for title, _ in batch
            ]
            versions = [CaseVersion(title=title, **content) for title, content in batch]
            for case, version in zip(cases, versions, strict=True):
                case.current = version
            Case.objects.bulk_create(cases)
            for case, version in zip(cases, versions, strict=True):
                version.case = case
            CaseVersion.objects.bulk_create(versions)


def _imported(user: User, project: Project, size: int) -> ImportJob:
    import_job = services.upload(
        user=user,
        project=project,
        source="testrail",
        file_name="bench.xml",
        chunks=_suite(size),
    )
    services.work(import_id=import_job.pk)
    return services.start(user=user, import_id=import_job.pk)


def main(size: int) -> int:
    """Measure and print the ratios."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser("bench")
    target = projects.create_project(user=user, key="IMPORT", name="Imported")
    bare = projects.create_project(user=user, key="BARE", name="Bare")
    import_job = _imported(user, target, size)
    source = source_of(import_job)
    reading = min(_seconds(lambda: take(source.read())) for _ in range(PASSES))
    importing = _seconds(lambda: services.work(import_id=import_job.pk))
    versions = CaseVersion.objects.filter(case__project=target).order_by("case")
    content = ("preconditions", "steps", "custom", "properties")
    rows = [(row.pop("title"), row) for row in versions.values("title", *content)]
    writing = _seconds(lambda: _insert(bare, rows))
    megabytes = Path(source.path).stat().st_size / 1e6
    print(f"{len(rows):,} cases, {megabytes:.1f} MB, {STEPS} steps each")
    print(f"streaming the XML {reading:7.2f} s  {size / reading:9,.0f} cases/s")
    print(f"bare bulk_create  {writing:7.2f} s  {size / writing:9,.0f} cases/s")
    print(f"importing         {importing:7.2f} s  {size / importing:9,.0f} cases/s")
    print(f"importing is {importing / reading:.1f} × streaming, {importing / writing:.1f} × bulk,")
    print(f"and {importing / (reading + writing):.2f} × the two together")
    return 0 if len(rows) == size else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES))
