"""Files to import: captured ones where they are at hand, made ones everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrations_data import services

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared")) / "testrail"


@pytest.fixture(scope="session")
def shared():
    """Return the folder of captured exports; without it these tests skip, but never in CI."""
    if SHARED.is_dir():
        return SHARED
    if os.environ.get("CI") == "true":
        pytest.fail(f"No captured exports in {SHARED}: set SHARED_DIR.")
    pytest.skip(f"no captured exports in {SHARED}")


@pytest.fixture(scope="session")
def counts(shared):
    return json.loads((shared / "samples" / "COUNTS.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def generate(shared, tmp_path_factory):
    """Return a maker of synthetic exports: the file, and what must come out of it."""

    def make(**options):
        folder = tmp_path_factory.mktemp("generated")
        path, manifest = folder / "suite.xml", folder / "manifest.json"
        arguments = [f"--{name}={value}" for name, value in options.items()]
        command = [sys.executable, shared / "generate.py", *arguments]
        subprocess.run([*command, "-o", path, "--manifest", manifest], check=True)
        return path, json.loads(manifest.read_text("utf-8"))

    return make


SUITE = """<?xml version="1.0" encoding="UTF-8"?>
<suite>
  <id>S7</id><name>Shop</name><description></description>
  <sections>
{sections}
  </sections>
</suite>
"""
SECTION = """<section><name>{name}</name><description></description>
<cases>{cases}</cases>
</section>"""


@pytest.fixture
def suite(tmp_path):
    """Return a writer of suite exports: whole files, or the cases of one section."""

    def write(*cases, sections="", raw=None):
        path = tmp_path / "suite.xml"
        body = sections or SECTION.format(name="Basket", cases="\n".join(cases))
        content = raw if raw is not None else SUITE.format(sections=body)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def case_xml(number, title="A case", custom="", **fields):
    """Return a case element."""
    rest = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    custom = f"<custom>{custom}</custom>" if custom else ""
    return f"<case><id>C{number}</id><title>{title}</title>{rest}{custom}</case>"


@pytest.fixture
def upload(ada, shop, suite):
    """Return Ada's upload of a suite: its cases, sections, bytes, or a file that is there."""

    def send(*cases, user=None, file_name="suite.xml", path=None, **options):
        written = {name: options.pop(name) for name in ("sections", "raw") if name in options}
        path = path or suite(*cases, **written)
        given = {"source": "testrail", "project": shop, "file_name": file_name, **options}
        return services.upload(user=user or ada, chunks=[path.read_bytes()], **given)

    return send


@pytest.fixture
def finish():
    """Return a worker: does all that waits, as often as it is woken."""

    def run(import_job):
        for _ in range(2):
            services.work(import_id=import_job.pk)
        import_job.refresh_from_db()
        return import_job

    return run


@pytest.fixture
def scanned(upload, finish):
    """Return an upload that waits for its mapping."""

    def send(*cases, **options):
        return finish(upload(*cases, **options))

    return send


@pytest.fixture
def imported(ada, scanned, finish):
    """Return a finished import."""

    def send(*cases, **options):
        import_job = scanned(*cases, **options)
        if not import_job.is_unattended:
            services.start(user=ada, import_id=import_job.pk)
        return finish(import_job)

    return send


@pytest.fixture
def woken(django_capture_on_commit_callbacks):
    """Return a look at which imports get a worker once an act is durable."""

    def after(act):
        with django_capture_on_commit_callbacks() as callbacks:
            act()
        events = [event for callback in callbacks for event in callback.args]
        return [event.object_id for event in events if event.name == "migration.queued"]

    return after
