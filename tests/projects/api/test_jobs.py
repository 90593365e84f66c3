import pytest
from django.utils import timezone

from testmgmt.core import jobs
from tests.factories.accounts import UserFactory


@pytest.fixture
def job(shop, tom):
    made = jobs.create_job(user_id=tom.pk, project_id=shop.pk, kind="import", title="Import")
    jobs.start_job(job_id=made.pk, now=timezone.now())
    jobs.advance_job(job_id=made.pk, now=timezone.now(), done=1, total=4, phase="Cases")
    return made


def test_says_how_far_a_job_is(api_of, job, vera):
    body = api_of(vera).get(f"/api/jobs/{job.pk}").json()

    assert (body["state"], body["phase"], body["done"], body["total"]) == (
        "running",
        "Cases",
        1,
        4,
    )
    assert body["project"] == "SHOP"


def test_hides_jobs_of_other_projects(api_of, job, sam):
    assert api_of(sam).get(f"/api/jobs/{job.pk}/").status_code == 404
    assert api_of(sam).get("/api/jobs").json()["count"] == 0
    assert api_of(sam).post(f"/api/jobs/{job.pk}/cancel").status_code == 404


def test_shows_jobs_outside_of_any_project_to_their_owner_only(api_of, tom, sam):
    jobs.create_job(user_id=sam.pk, project_id=None, kind="import", title="Mine")

    assert api_of(sam).get("/api/jobs").json()["count"] == 1
    assert api_of(tom).get("/api/jobs").json()["count"] == 0


def test_hides_jobs_outside_of_its_project_from_a_limited_token(api_of, shop, tom):
    jobs.create_job(user_id=tom.pk, project_id=None, kind="import", title="Mine")
    tom.only_project_id = shop.pk

    assert api_of(tom).get("/api/jobs").json()["count"] == 0


def test_filters_by_project_and_state(api_of, job, tom):
    jobs.create_job(user_id=tom.pk, project_id=None, kind="import", title="Mine")

    assert api_of(tom).get("/api/jobs?project=SHOP&state=running").json()["count"] == 1
    assert api_of(tom).get("/api/jobs?state=done").json()["count"] == 0


def test_lists_in_a_fixed_number_of_statements(api_of, job, tom, django_assert_max_num_queries):
    for number in range(9):
        jobs.create_job(user_id=tom.pk, project_id=None, kind="x", title=str(number))

    with django_assert_max_num_queries(6):
        assert len(api_of(tom).get("/api/jobs").json()["results"]) == 10


def test_lets_its_owner_and_administrators_stop_a_job(api_of, job, ada, vera, tom):
    assert api_of(vera).post(f"/api/jobs/{job.pk}/cancel").status_code == 403
    assert api_of(ada).post(f"/api/jobs/{job.pk}/cancel").json()["is_cancel_requested"]
    assert api_of(tom).post(f"/api/jobs/{job.pk}/cancel").status_code == 202


def test_refuses_to_stop_what_has_ended(api_of, job, tom):
    jobs.finish_job(job_id=job.pk, now=timezone.now())

    answer = api_of(tom).post(f"/api/jobs/{job.pk}/cancel")

    assert answer.status_code == 409
    assert answer.json()["code"] == "job_ended"


def test_does_not_break_on_what_is_no_job(api_of):
    answer = api_of(UserFactory.build(pk=1)).get("/api/jobs/------------------------------------")

    assert answer.status_code == 404
