import pytest

from testmgmt.core import slots
from testmgmt.core.permissions import Action
from testmgmt.core.slots import Filler
from testmgmt.defects.models import Defect
from tests.factories.defects import DefectFactory
from tests.factories.projects import TagFactory
from tests.factories.runs import ExecutionFactory, RunFactory, record, steps

LIST = "/projects/SHOP/defects/"
NEW = f"{LIST}new/"


@pytest.fixture
def defect(shop):
    return DefectFactory(project=shop, title="500 on login")


@pytest.fixture
def failure(shop, tom):
    execution = ExecutionFactory(run__project=shop, run__build="2.4")
    return record(
        execution, "failed", tom, comment="Blank", steps=steps(execution, "passed", "failed")
    )


@pytest.fixture
def fill(monkeypatch):
    """Put fillers of another package into a place."""

    def put(place, *fillers):
        monkeypatch.setitem(slots._fillers, place, list(fillers))

    return put


def typed(**said):
    return {
        "title": "500 on login",
        "status": "open",
        "severity": "normal",
        "priority": "medium",
        **said,
    }


def test_lists_defects_in_twelve_statements(shop, tom, page_of, django_assert_max_num_queries):
    for number in range(10):
        result = record(ExecutionFactory(run__project=shop), "failed")
        made = DefectFactory(project=shop, results=[result], assignee=tom)
        made.labels.add(TagFactory(project=shop, name=f"label {number}"))
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = page.get(LIST)

    assert len(answer.context["rows"]) == 10


def test_lists_what_is_not_done_unless_asked(shop, tom, page_of, defect):
    DefectFactory(project=shop, title="Fixed one", done=True)
    page = page_of(tom)

    assert b"Fixed one" not in page.get(LIST).content
    assert b"Fixed one" in page.get(f"{LIST}?show=done").content
    assert b"500 on login" in page.get(f"{LIST}?show=all").content


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=login", True),
        ("q=D-{pk}", True),
        ("q=%00", True),
        ("status=open&severity=normal&priority=medium", True),
        ("severity=blocker", False),
        ("assignee=tom", False),
        ("label=ui", True),
        ("label=other", False),
    ],
)
def test_narrows_the_list(shop, tom, page_of, defect, query, is_found):
    defect.labels.add(TagFactory(project=shop, name="ui"))

    html = page_of(tom).get(f"{LIST}?{query.format(pk=defect.pk)}").content

    assert (b"500 on login" in html) == is_found


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "No open defects"), ("?show=done", "Nothing is fixed"), ("?q=x", "No defect fits")],
)
def test_says_what_belongs_into_an_empty_list(shop, tom, page_of, query, said):
    assert said in page_of(tom).get(f"{LIST}{query}").content.decode()


def test_lets_other_packages_fill_a_column_in_one_request(shop, tom, page_of, defect, fill):
    fill("defect.cells", Filler("Sync", "refresh", lambda ids: f"/cells/?ids={ids}"))

    html = page_of(tom).get(LIST).content.decode()

    assert html.count('hx-get="/cells/') == 1
    assert f'id="defect-cell-0-{defect.pk}"' in html


def test_writes_down_a_defect(shop, tom, page_of):
    answer = page_of(tom).post(NEW, typed(labels="ui, login", assignee="tom"))

    made = Defect.objects.get()
    assert answer.url == f"/defects/{made.pk}/"
    assert (made.labels.count(), made.assignee, made.reporter) == (2, tom, tom)


def test_begins_with_what_the_failure_says(tom, page_of, failure):
    html = page_of(tom).get(f"{NEW}?result={failure.pk}").content.decode()

    assert "Valid password logs in: Blank" in html
    assert "2. Do thing 2 **(failed here)**" in html
    assert 'value="2.4"' in html


def test_a_defect_of_a_failure_is_linked_to_it(tom, page_of, failure):
    page_of(tom).post(f"{NEW}?result={failure.pk}", typed(results=str(failure.pk)))

    assert Defect.objects.get().results.get() == failure


def test_offers_what_is_known_before_a_new_one(shop, tom, page_of, failure):
    known = DefectFactory(project=shop, results=[failure])
    again = record(failure.execution, "failed", tom)
    page = page_of(tom)
    assert b"Is it one of these?" in page.get(f"{NEW}?result={again.pk}").content

    page.post(f"/defects/{known.pk}/results/", {"result": again.pk})

    assert set(known.results.all()) == {failure, again}


def test_another_package_may_go_on_after_creation(shop, tom, page_of, fill):
    fill("defect.create", Filler("Create and sync", "refresh", lambda made: f"/push/{made.pk}/"))
    page = page_of(tom)
    assert b"Create and sync" in page.get(NEW).content

    answer = page.post(NEW, typed(**{"with": "0"}))

    assert answer.status_code == 307  # the form is handed on, and not turned into a look
    assert answer.url == f"/push/{Defect.objects.get().pk}/"


def test_offers_only_what_fits_the_project_and_the_person(shop, tom, page_of, fill):
    def button(label, **more):
        return Filler(label, "refresh", lambda made: f"/{label}/{made.pk}/", **more)

    fill(
        "defect.create",
        button("elsewhere", is_for=lambda project: project != shop),
        button("forbidden", action=Action.CONFIGURE),
        button("fitting"),
    )
    page = page_of(tom)
    shown = page.get(NEW).content.decode()
    assert [one in shown for one in ("elsewhere", "forbidden", "fitting")] == [False, False, True]
    assert 'value="2"' in shown

    answer = page.post(NEW, typed(**{"with": "2"}))

    assert answer.url == f"/fitting/{Defect.objects.get().pk}/"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": ""}, "required"),
        ({"status": "splendid"}, "valid choice"),
        ({"labels": "x" * 101}, "at most 100"),
        ({"results": "x"}, "whole numbers"),
        ({"results": "999"}, "no result 999"),
    ],
)
def test_asks_again_for_what_is_wrong(shop, tom, page_of, said, words):
    answer = page_of(tom).post(NEW, typed(**said))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Defect.objects.exists()


def test_shows_a_defect_in_twelve_statements(
    shop, tom, page_of, defect, failure, django_assert_max_num_queries
):
    defect.results.add(failure)
    defect.labels.add(TagFactory(project=shop, name="ui"))
    page = page_of(tom)
    page.post(f"/defects/{defect.pk}/comments/", {"body": "Seen on **rc3**"})

    with django_assert_max_num_queries(12):
        html = page.get(f"/defects/{defect.pk}/").content.decode()

    assert "<strong>rc3</strong>" in html
    assert "Valid password logs in" in html


def test_lets_other_packages_fill_the_page(tom, page_of, defect, fill):
    fill("defect.panel", Filler("Sync", "refresh", lambda d: f"/panel/{d.pk}/"))
    fill("defect.actions", Filler("Sync now", "refresh", lambda d: f"/now/{d.pk}/"))

    html = page_of(tom).get(f"/defects/{defect.pk}/").content.decode()

    assert f'hx-get="/panel/{defect.pk}/"' in html
    assert f'hx-get="/now/{defect.pk}/"' in html


def test_hostile_text_stays_text(shop, tom, page_of):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
    defect = DefectFactory(project=shop, title=hostile, description=hostile, environment=hostile)
    page = page_of(tom)
    page.post(f"/defects/{defect.pk}/comments/", {"body": hostile})

    for url in (f"/defects/{defect.pk}/", LIST, f"/defects/{defect.pk}/edit/"):
        html = page.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


def test_an_empty_comment_is_refused(tom, page_of, defect):
    answer = page_of(tom).post(f"/defects/{defect.pk}/comments/", {"body": " "})

    assert answer.status_code == 422


def test_edits_a_defect(tom, page_of, defect):
    page = page_of(tom)
    assert b"500 on login" in page.get(f"/defects/{defect.pk}/edit/").content

    page.post(f"/defects/{defect.pk}/edit/", typed(title="New", status="fixed", revision=1))

    defect.refresh_from_db()
    assert (defect.title, defect.status.slug) == ("New", "fixed")


def test_an_edit_keeps_the_outsider_who_has_it(shop, tom, page_of):
    defect = DefectFactory(project=shop, assignee_name="Ken Ito")

    page_of(tom).post(f"/defects/{defect.pk}/edit/", typed(revision=1))

    defect.refresh_from_db()
    assert defect.assignee_name == "Ken Ito"


def test_tells_who_comes_late(tom, page_of, defect):
    Defect.objects.update(revision=2)

    answer = page_of(tom).post(f"/defects/{defect.pk}/edit/", typed(revision=1))

    assert answer.status_code == 422
    assert b"in between" in answer.content


def test_unlinks_a_result(tom, page_of, defect, failure):
    defect.results.add(failure)

    page_of(tom).post(f"/defects/{defect.pk}/results/{failure.pk}/unlink/")

    assert not defect.results.exists()


def test_asks_for_a_retest_of_open_runs_only(shop, tom, page_of, defect, failure):
    closed = RunFactory(project=shop)
    old = record(ExecutionFactory(run=closed), "failed")
    closed.closed_at = closed.created_at
    closed.save()
    defect.results.set([failure, old])

    page_of(tom).post(f"/defects/{defect.pk}/retest/")

    failure.execution.refresh_from_db()
    old.execution.refresh_from_db()
    assert (failure.execution.status.slug, old.execution.status.slug) == ("retest", "failed")


def test_only_leads_delete(tom, ada, page_of, defect):
    assert page_of(tom).post(f"/defects/{defect.pk}/delete/").status_code == 403

    page = page_of(ada)
    assert b"leaves every list" in page.get(f"/defects/{defect.pk}/delete/").content
    assert page.post(f"/defects/{defect.pk}/delete/").url == LIST


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_tells_a_run_what_is_known_of_a_case(shop, tom, page_of, failure, headers):
    DefectFactory(project=shop, title="Known one", results=[failure])

    url = f"/executions/{failure.execution_id}/defects/"

    assert b"Known one" in page_of(tom).get(url, headers=headers).content


def test_a_result_leads_to_its_defect(tom, page_of, failure):
    url = f"/runs/{failure.execution.run_id}/tests/{failure.execution_id}/"

    answer = page_of(tom).post(url, {"status": "failed", "then": "report"})

    newest = failure.execution.results.first()
    assert answer.url == f"{NEW}?result={newest.pk}"


def test_the_palette_finds_it(tom, page_of, defect):
    assert b"500 on login" in page_of(tom).get("/search/?q=login").content


def test_a_viewer_reads_and_changes_nothing(vera, page_of, defect):
    page = page_of(vera)

    assert page.get(f"/defects/{defect.pk}/").status_code == 200
    assert page.get(NEW).status_code == 403
    assert page.post(f"/defects/{defect.pk}/edit/", typed()).status_code == 403
    assert page.post(f"/defects/{defect.pk}/comments/", {"body": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["", "edit/", "delete/"])
def test_a_stranger_finds_nothing(sam, page_of, defect, failure, path):
    page = page_of(sam)

    assert page.get(f"/defects/{defect.pk}/{path}").status_code == 404
    assert page.get(LIST).status_code == 404
    assert page.get(f"{NEW}?result={failure.pk}").status_code == 404
    assert page.get(f"/executions/{failure.execution_id}/defects/").status_code == 404


def known(result):
    return f"/cases/{result.execution.case_id}/defects/"


def test_lists_what_is_wrong_with_a_case_in_six_statements(
    shop, failure, tom, page_of, django_assert_max_num_queries
):
    for number in range(5):
        DefectFactory(project=shop, title=f"Open {number}", results=[failure], assignee=tom)
        DefectFactory(project=shop, title=f"Fixed {number}", results=[failure], done=True)
    page = page_of(tom)

    with django_assert_max_num_queries(6):
        answer = page.get(known(failure), headers={"HX-Request": "true"})

    groups = {g.name: [d.title for d, _ in g.rows] for g in answer.context["groups"]}
    assert groups == {
        "Open": [f"Open {number}" for number in (4, 3, 2, 1, 0)],
        "Done": [f"Fixed {number}" for number in (4, 3, 2, 1, 0)],
    }
    assert answer.content.lstrip().startswith(b"<section")


def test_lists_a_defect_of_a_case_once_however_often_it_showed(shop, failure, tom, page_of):
    again = record(failure.execution, "failed", tom)
    shown = DefectFactory(project=shop, results=[failure, again])

    body = page_of(tom).get(known(failure)).content.decode()

    assert body.count(f'href="/defects/{shown.pk}/"') == 1
    assert again.created_at.isoformat() in body


def test_lists_no_defects_of_other_cases_and_none_that_are_gone(shop, failure, tom, page_of):
    DefectFactory(project=shop, results=[record(ExecutionFactory(run__project=shop), "failed")])
    DefectFactory(project=shop, results=[failure], deleted_at=failure.created_at)

    assert b"No defect is known" in page_of(tom).get(known(failure)).content


def test_hides_what_is_wrong_with_a_case_from_strangers(failure, sam, page_of):
    assert page_of(sam).get(known(failure)).status_code == 404


def test_a_case_fetches_its_defects(failure, vera, page_of):
    body = page_of(vera).get(f"/cases/{failure.execution.case_id}/?tab=defects").content.decode()

    assert f'hx-get="{known(failure)}"' in body
