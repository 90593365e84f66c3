import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from testmgmt.cases.models import Case, CaseVersion
from testmgmt.core.models import Attachment
from tests.factories.cases import SectionFactory
from tests.factories.runs import ExecutionFactory, RunFactory, case_in, record

HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(shop):
    return RunFactory(project=shop, name="Smoke")


@pytest.fixture
def execution(run):
    return ExecutionFactory(run=run)


def url(execution):
    return f"/runs/{execution.run_id}/tests/{execution.pk}/"


def test_shows_the_test_that_waits_in_twelve_statements(
    run, tom, page_of, django_assert_max_num_queries
):
    for number in range(20):
        case = case_in(run.project, section=SectionFactory(project=run.project))
        record(ExecutionFactory(run=run, case=case, position=number), "failed", comment="500")
    waiting = ExecutionFactory(run=run, position=99)
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = page.get(f"/runs/{run.pk}/")

    assert answer.context["current"] == waiting.pk
    assert b"None" not in answer.content
    assert len(answer.context["groups"]) == 21


def test_shows_one_test_in_twelve_statements(
    execution, tom, page_of, django_assert_max_num_queries
):
    for _ in range(5):
        record(execution, "failed", comment="500")
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = page.get(url(execution))

    assert b"Attempts" in answer.content


def test_answers_htmx_with_the_test_alone(execution, tom, page_of):
    answer = page_of(tom).get(url(execution), headers=HTMX)

    assert answer.content.lstrip().startswith(b"<section")


def test_an_empty_run_says_so(run, tom, page_of):
    assert b"This run is empty" in page_of(tom).get(f"/runs/{run.pk}/").content


def test_passing_passes_every_step_that_nobody_judged(execution, tom, page_of):
    page_of(tom).post(url(execution), {"status": "passed", "step-s1": "skipped"})

    result = execution.results.get()
    assert [step.status.slug for step in result.steps.all()] == ["skipped", "passed", "passed"]


def test_records_what_was_typed(execution, tom, page_of):
    page_of(tom).post(
        url(execution),
        {
            "status": "failed",
            "step-s2": "failed",
            "actual-s2": "500",
            "comment": "Since rc3",
            "elapsed": "1:42",
        },
    )

    result = execution.results.get()
    assert (result.comment, result.elapsed_seconds) == ("Since rc3", 102)
    assert [(s.step_id, s.actual) for s in result.steps.all()] == [("s2", "500")]


def test_keeps_evidence(execution, tom, page_of):
    image = SimpleUploadedFile("500.png", b"\x89PNG\r\n\x1a\n....")

    page_of(tom).post(url(execution), {"status": "failed", "evidence": [image]})

    file = Attachment.objects.get()
    assert (file.name, file.target_kind, file.target_id) == (
        "500.png",
        "result",
        execution.results.get().pk,
    )


def test_refuses_empty_evidence_before_it_saves(execution, tom, page_of):
    empty = SimpleUploadedFile("log.txt", b"")

    answer = page_of(tom).post(url(execution), {"status": "failed", "evidence": [empty]})

    assert answer.status_code == 422
    assert not execution.results.exists()


def test_goes_on_to_the_next_test_without_script(execution, tom, page_of):
    following = ExecutionFactory(run=execution.run, position=5)

    answer = page_of(tom).post(url(execution), {"status": "passed"})

    assert answer.url == url(following)


def test_goes_on_to_ones_own_tests_first(execution, tom, ada, page_of):
    ExecutionFactory(run=execution.run, position=4, assignee=ada)
    mine = ExecutionFactory(run=execution.run, position=5, assignee=tom)

    assert page_of(tom).post(url(execution), {"status": "passed"}).url == url(mine)


def test_sends_htmx_the_next_test_the_row_and_the_figures(execution, tom, page_of):
    following = ExecutionFactory(run=execution.run, position=5)

    answer = page_of(tom).post(url(execution), {"status": "passed"}, headers=HTMX)

    html = " ".join(answer.content.decode().split())
    assert f'data-test="{following.pk}"' in html
    assert f'<li id="spot-{execution.pk}" data-status="passed" hx-swap-oob="true">' in html
    assert 'id="summary" hx-swap-oob="true"' in html
    assert answer["HX-Push-Url"] == url(following)


def test_says_when_nothing_is_left(execution, tom, page_of):
    answer = page_of(tom).post(url(execution), {"status": "passed"}, headers=HTMX)

    assert b"Nothing is left for you" in answer.content


def test_stays_in_the_filter(execution, tom, page_of):
    ExecutionFactory(run=execution.run)

    answer = page_of(tom).post(f"{url(execution)}?show=mine&q=x", {"status": "passed"})

    assert answer.url == f"{url(execution)}?show=mine&q=x"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say how it went"),
        ({"status": "splendid"}, "not offered here"),
        ({"status": "passed", "elapsed": "soon"}, "minutes and seconds"),
        ({"status": "passed", "elapsed": "9" * 10}, "minutes and seconds"),
    ],
)
def test_keeps_what_was_typed_beside_the_error(execution, tom, page_of, typed, said):
    answer = page_of(tom).post(url(execution), {**typed, "comment": "Keep me"})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Keep me" in answer.content.decode()


def test_the_override_is_marked(execution, tom, page_of):
    page = page_of(tom)

    page.post(url(execution), {"status": "passed", "step-s1": "failed"})

    html = page.get(url(execution)).content.decode()
    assert "overridden" in html
    assert "steps suggested Failed" in html


def test_hostile_markdown_stays_text(run, tom, page_of):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
    case = case_in(
        run.project,
        hostile,
        text__preconditions=hostile,
        text__steps=[{"id": "s1", "action": hostile, "data": hostile, "expected": hostile}],
    )
    execution = ExecutionFactory(run=run, case=case)
    record(execution, "failed", comment=hostile)

    html = page_of(tom).get(url(execution)).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html


def test_a_closed_run_is_read_only(shop, tom, page_of):
    execution = ExecutionFactory(run=RunFactory(project=shop, closed=True))
    page = page_of(tom)

    assert b"This run is closed" in page.get(url(execution)).content
    assert page.post(url(execution), {"status": "passed"}).status_code == 409
    assert not execution.results.exists()


def test_a_viewer_reads_and_records_nothing(execution, vera, page_of):
    page = page_of(vera)

    assert b"needs the role tester" in page.get(url(execution)).content
    assert page.post(url(execution), {"status": "passed"}).status_code == 403


def test_a_stranger_finds_nothing(execution, sam, page_of):
    page = page_of(sam)

    assert page.get(url(execution)).status_code == 404
    assert page.get(f"/runs/{execution.run_id}/").status_code == 404
    assert page.post(url(execution), {"status": "passed"}).status_code == 404


def test_offers_and_takes_the_newest_version(execution, tom, page_of):
    case = execution.case
    case.current = CaseVersion.objects.create(case=case, number=2, title="Second edition")
    case.save()
    page = page_of(tom)
    assert b"newer version is out" in page.get(url(execution)).content

    page.post(f"{url(execution)}version/")

    assert b"Second edition" in page.get(url(execution)).content


def test_a_test_is_found_under_its_own_run(execution, tom, page_of):
    answer = page_of(tom).get(f"/runs/{execution.run_id + 1}/tests/{execution.pk}/")

    assert answer.url == url(execution)


def tried(execution):
    return f"/cases/{execution.case_id}/results/"


def test_tells_the_last_attempts_at_a_case_in_six_statements(
    execution, tom, page_of, django_assert_max_num_queries
):
    elsewhere = ExecutionFactory(run=RunFactory(project=execution.run.project), case=execution.case)
    for number in range(12):
        record(execution, "passed", tom)
        newest = record(elsewhere, "failed", tom, build=f"2.{number}")
    page = page_of(tom)

    with django_assert_max_num_queries(6):
        answer = page.get(tried(execution), headers=HTMX)

    body = answer.content.decode()
    assert answer.context["page"].object_list[0] == newest
    assert f'href="/runs/{elsewhere.run_id}/tests/{elsewhere.pk}/#result-{newest.pk}"' in body
    assert f"Failed by {tom.name}, build 2.11" in body
    assert "The last 20 of 24 attempts" in body


def test_tells_no_attempts_of_other_cases_and_deleted_runs(execution, tom, page_of):
    record(ExecutionFactory(run=execution.run), "passed")
    gone = RunFactory(project=execution.run.project, deleted_at=timezone.now())
    record_in_gone = ExecutionFactory(run=gone, case=execution.case)
    record_in_gone.results.create(status=record_in_gone.status)

    answer = page_of(tom).get(tried(execution), headers=HTMX)

    assert b"Nobody has tried this case" in answer.content


def test_tells_the_attempts_at_a_case_without_script(execution, vera, page_of):
    record(execution, "blocked")

    answer = page_of(vera).get(tried(execution))

    assert f'href="/cases/{execution.case_id}/"' in answer.content.decode()
    assert b"Blocked by" in answer.content


def test_hides_the_attempts_at_a_case_from_strangers(execution, sam, page_of):
    assert page_of(sam).get(tried(execution)).status_code == 404


@pytest.mark.parametrize("is_ticked", [False, True])
def test_starts_a_run_from_the_repository(execution, tom, page_of, is_ticked):
    body = page_of(tom).get("/projects/SHOP/cases/").content.decode()

    ticked = "data-with-ticks" in body.split('href="/projects/SHOP/runs/new/"')[1 + is_ticked][:60]
    assert ticked is is_ticked


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_starts_a_run_of_one_case_from_its_page_and_its_pane(execution, tom, page_of, headers):
    body = page_of(tom).get(f"/cases/{execution.case_id}/", headers=headers).content.decode()

    assert f'href="/projects/SHOP/runs/new/?cases={execution.case_id}"' in body


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_offers_a_viewer_no_run(execution, vera, page_of, headers):
    page = page_of(vera)

    for url in (f"/cases/{execution.case_id}/", "/projects/SHOP/cases/"):
        assert "/runs/new/" not in page.get(url, headers=headers).content.decode()


def test_offers_no_run_of_a_case_in_the_trash(execution, tom, page_of):
    Case.objects.filter(pk=execution.case_id).update(deleted_at=timezone.now())

    body = page_of(tom).get(f"/cases/{execution.case_id}/").content.decode()

    assert "/runs/new/" not in body


def test_a_case_fetches_its_attempts(execution, tom, page_of):
    body = page_of(tom).get(f"/cases/{execution.case_id}/?tab=results").content.decode()

    assert f'hx-get="{tried(execution)}"' in body
    assert f'href="{tried(execution)}"' in body
