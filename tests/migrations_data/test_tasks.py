from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from migrations_data import tasks
from migrations_data.models import ImportJob
from testmgmt.core.models import Job
from tests.migrations_data.conftest import case_xml


def test_work_does_what_an_import_waits_for(upload):
    import_job = upload(case_xml(1))

    tasks.work(str(import_job.pk))

    import_job.refresh_from_db()
    assert import_job.stage == ImportJob.Stage.MAPPING


def test_work_may_be_asked_for_twice(upload):
    import_job = upload(case_xml(1))

    tasks.work(str(import_job.pk))
    tasks.work(str(import_job.pk))

    import_job.refresh_from_db()
    assert import_job.job.result == {"attempts": 1}


def test_sweep_wakes_whoever_should_take_over(upload, woken):
    import_job = upload(case_xml(1))
    Job.objects.update(state="running", lease_until=timezone.now() - timedelta(seconds=1))

    assert woken(tasks.sweep) == [str(import_job.pk)]


@pytest.mark.django_db
def test_work_on_an_import_that_is_gone_is_no_fault():
    tasks.work(str(uuid4()))
