"""The Celery app and its schedule: a message only wakes a worker, what must happen is a row."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")

app = Celery("testmgmt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "sync-tick": {"task": "integrations.tick", "schedule": 15.0},
    "migrations-sweep": {"task": "migrations_data.sweep", "schedule": 15.0},
    "files-sweep": {"task": "core.sweep_blobs", "schedule": crontab(hour="3", minute="20")},
}
