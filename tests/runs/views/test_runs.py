import pytest

from testmgmt.runs.models import Run
from tests.factories.cases import SectionFactory
from tests.factories.runs import ExecutionFactory, RunFactory, case_in, record


@pytest.fixture
def run(shop):
    return RunFactory(project=shop, name="Smoke")


def test_lists_runs_with_their_bars_in_twelve_statements(
    shop, tom, page_of, django_assert_max_num_queries
):
    for _ in range(10):
        record(ExecutionFactory(run__project=shop), "passed")
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = page.get("/projects/SHOP/runs/")

    assert answer.content.count(b'aria-label="1 passed"') == 10


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "No run is open"), ("?closed=1", "No closed runs"), ("?q=x", "No run matches")],
)
def test_says_what_belongs_into_an_empty_list(shop, tom, page_of, query, said):
    assert said in page_of(tom).get(f"/projects/SHOP/runs/{query}").content.decode()


def test_searches_and_tells_closed_from_open(shop, tom, page_of):
    RunFactory(project=shop, name="Old", closed=True)
    RunFactory(project=shop, name="Smoke")
    page = page_of(tom)

    assert b"Smoke" in page.get("/projects/SHOP/runs/?q=smo").content
    assert b"Old" in page.get("/projects/SHOP/runs/?closed=1").content
    assert b"Old" not in page.get("/projects/SHOP/runs/").content


def create(page, **typed):
    return page.post("/projects/SHOP/runs/new/", {"name": "Smoke", "scope": "all", **typed})


def test_starts_a_run_of_all_cases(shop, tom, page_of):
    case_in(shop)

    answer = create(page_of(tom), build="2.4")

    run = Run.objects.get()
    assert (answer.url, run.build, run.executions.count()) == (f"/runs/{run.pk}/", "2.4", 1)


def test_starts_a_run_of_a_section(shop, tom, page_of):
    section = SectionFactory(project=shop)
    case_in(shop, section=section)
    case_in(shop)

    create(page_of(tom), scope="section", section=section.pk)

    assert Run.objects.get().executions.count() == 1


def test_starts_a_run_of_the_cases_that_were_ticked(shop, tom, page_of):
    one, _ = case_in(shop), case_in(shop)
    page = page_of(tom)
    assert b"1 case chosen" in page.get(f"/projects/SHOP/runs/new/?cases={one.pk}").content

    create(page, scope="chosen", cases=str(one.pk))

    assert Run.objects.get().executions.get().case == one


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"scope": "section"},
        {"scope": "chosen", "cases": "x"},
        {"scope": "all"},
    ],
    ids=["nameless", "no section", "no ids", "no cases"],
)
def test_asks_again_for_what_is_missing(shop, tom, page_of, typed):
    assert create(page_of(tom), **typed).status_code == 422
    assert not Run.objects.exists()


def test_edits_what_is_said(run, tom, page_of):
    page_of(tom).post(f"/runs/{run.pk}/edit/", {"name": "New", "revision": 1})

    run.refresh_from_db()
    assert run.name == "New"


def test_tells_who_comes_late(run, tom, page_of):
    Run.objects.update(revision=2)

    answer = page_of(tom).post(f"/runs/{run.pk}/edit/", {"name": "New", "revision": 1})

    assert b"in between" in answer.content


def test_closing_says_what_is_open_and_moves_it(run, tom, page_of):
    ExecutionFactory(run=run)
    page = page_of(tom)
    assert b"1 of 1 tests is still open" in page.get(f"/runs/{run.pk}/close/").content

    page.post(f"/runs/{run.pk}/close/", {"rest_name": "Rest"})

    run.refresh_from_db()
    assert run.closed_at is not None
    assert Run.objects.filter(name="Rest").exists()


def test_reopens(shop, tom, page_of):
    run = RunFactory(project=shop, closed=True)

    page_of(tom).post(f"/runs/{run.pk}/reopen/")

    run.refresh_from_db()
    assert run.closed_at is None


def test_runs_again_what_failed(run, tom, page_of):
    record(ExecutionFactory(run=run), "failed")
    page = page_of(tom)
    assert b"Smoke, again" in page.get(f"/runs/{run.pk}/again/").content

    answer = page.post(f"/runs/{run.pk}/again/", {"name": "Again", "outcomes": ["failed"]})

    assert answer.url == f"/runs/{Run.objects.get(name='Again').pk}/"


def test_only_leads_delete(run, tom, ada, page_of):
    assert page_of(tom).post(f"/runs/{run.pk}/delete/").status_code == 403

    page = page_of(ada)
    assert b"leave every list" in page.get(f"/runs/{run.pk}/delete/").content
    assert page.post(f"/runs/{run.pk}/delete/").url == "/projects/SHOP/runs/"


def manage(page, execution, **typed):
    return page.post(f"/runs/{execution.run_id}/all/", {"tests": [execution.pk], **typed})


def test_assigns_and_asks_for_a_retest(run, tom, page_of):
    execution = ExecutionFactory(run=run)
    page = page_of(tom)

    manage(page, execution, action="assign", assignee="tom")
    manage(page, execution, action="retest")

    execution.refresh_from_db()
    assert (execution.assignee, execution.status.slug) == (tom, "retest")


def test_takes_tests_out(run, tom, page_of):
    execution = ExecutionFactory(run=run)

    manage(page_of(tom), execution, action="remove")

    assert not run.executions.exists()


@pytest.mark.parametrize(
    "typed", [{"action": "explode"}, {"tests": []}, {"action": "assign", "assignee": "sam"}]
)
def test_refuses_what_it_cannot_do(run, tom, page_of, typed):
    execution = ExecutionFactory(run=run)

    assert manage(page_of(tom), execution, **typed).status_code == 422


def test_managing_takes_twelve_statements(run, tom, page_of, django_assert_max_num_queries):
    for _ in range(10):
        ExecutionFactory(run=run, assignee=tom)
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        page.get(f"/runs/{run.pk}/all/")


PAGES = ["", "edit/", "close/", "again/", "delete/", "all/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_finds_nothing(run, sam, page_of, path):
    assert page_of(sam).get(f"/runs/{run.pk}/{path}").status_code == 404
    assert page_of(sam).get("/projects/SHOP/runs/").status_code == 404


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_viewer_changes_nothing(run, vera, page_of, path):
    assert page_of(vera).post(f"/runs/{run.pk}/{path}", {"name": "x"}).status_code == 403


def test_a_viewer_starts_nothing(shop, vera, page_of):
    page = page_of(vera)

    assert page.get("/projects/SHOP/runs/new/").status_code == 403
    assert b"New run" not in page.get("/projects/SHOP/runs/").content
