"""Celery's entries. A lost message costs one tick: what must happen is a row."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from integrations import services


@shared_task(name="integrations.drain", max_retries=0, ignore_result=True)
def drain(system_id: str) -> None:
    """Do the due work of one system; harmless when somebody does it already."""
    services.drain(system_id=UUID(system_id))


@shared_task(name="integrations.tick", max_retries=0, ignore_result=True)
def tick() -> None:
    """Wake workers for each system with something to read or to do; the schedule repeats it."""
    for system_id, slots in services.due_systems().items():
        for _ in range(slots):
            drain.delay(str(system_id))
    for job_id in services.waiting_previews(now=timezone.now()):
        preview.delay(str(job_id))


@shared_task(name="integrations.preview", max_retries=0, ignore_result=True)
def preview(job_id: str) -> None:
    """Count what a sync of everything would do; harmless when somebody does it already."""
    services.work_preview(job_id=UUID(job_id))
