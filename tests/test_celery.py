"""The schedule wakes what exists, and nothing else."""

from testmgmt.celery import app


def test_schedules_only_tasks_that_exist():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert scheduled == {"integrations.tick", "migrations_data.sweep", "core.sweep_blobs"}
    assert scheduled <= set(app.tasks)
