import pytest
from django.utils import timezone

from testmgmt.core import jobs


@pytest.fixture
def job(shop, tom):
    return jobs.create_job(user_id=tom.pk, project_id=shop.pk, kind="import", title="Import x")


def test_asks_for_its_progress_until_it_has_ended(page_of, job, tom):
    page = page_of(tom)

    assert 'hx-trigger="every 2s"' in page.get(f"/jobs/{job.pk}/").content.decode()

    jobs.fail_job(job_id=job.pk, now=timezone.now(), message="The file is no CSV.")
    html = page.get(f"/jobs/{job.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert "every 2s" not in html
    assert "The file is no CSV." in html
    assert "<html" not in html


def test_lists_jobs_or_says_that_there_are_none(page_of, job, tom, sam):
    assert "Import x" in page_of(tom).get("/jobs/").content.decode()
    assert "No jobs yet" in page_of(sam).get("/jobs/").content.decode()


def test_stops_a_waiting_job_at_once(page_of, job, tom):
    page_of(tom).post(f"/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert job.state == "cancelled"


def test_hides_jobs_of_other_projects(page_of, job, sam):
    assert page_of(sam).get(f"/jobs/{job.pk}/").status_code == 404
