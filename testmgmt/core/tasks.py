"""Celery's entries."""

from celery import shared_task

from testmgmt.core import attachments


@shared_task(name="core.sweep_blobs", max_retries=0)
def sweep_blobs() -> None:
    """Delete bytes that no attachment needs; the schedule repeats it every night."""
    attachments.sweep_blobs()
