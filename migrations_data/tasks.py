"""Celery's entries. A lost message costs one sweep: what must happen is a row."""

from uuid import UUID

from celery import shared_task

from migrations_data import services


@shared_task(name="migrations_data.work", max_retries=0)
def work(import_id: str) -> None:
    """Do the waiting work of one import; harmless when somebody does it already."""
    services.work(import_id=UUID(import_id))


@shared_task(name="migrations_data.sweep", max_retries=0)
def sweep() -> None:
    """Wake workers for what waits too long or whose worker died; the schedule repeats it."""
    services.wake_idle()
