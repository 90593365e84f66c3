import pytest
from django.utils import timezone

from testmgmt.cases.models import CaseVersion, Section
from testmgmt.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import AuditEntry
from testmgmt.projects.domain import Outcome
from testmgmt.runs import services
from testmgmt.runs.domain import RunClosedError, Selection
from testmgmt.runs.models import Run
from testmgmt.runs.services import Draft
from tests.factories.runs import ExecutionFactory, RunFactory, case_in, record

NOW = timezone.now()


def create(user, project, selection=Selection(), **said):  # noqa: B008  a frozen value
    return services.create_run(
        user=user,
        project_id=project.pk,
        draft=Draft(**{"name": "Smoke", **said}),
        selection=selection,
        now=NOW,
    )


def titles(run):
    return [e.case.title for e in run.executions.select_related("case")]


def section(project, name, parent=None, position=0):
    return Section.objects.create(project=project, name=name, parent=parent, position=position)


def test_takes_every_case_at_its_present_version(shop, tom):
    case = case_in(shop)

    (execution,) = create(tom, shop, build="2.4").executions.all()

    assert execution.version == case.current
    assert execution.status.category == Outcome.UNTESTED


def test_takes_cases_in_the_order_of_the_repository(shop, tom):
    last, first = section(shop, "Z", position=2), section(shop, "A", position=1)
    inner = section(shop, "Inner", parent=first)
    case_in(shop, "5 last", section=last)
    case_in(shop, "4 inner", section=inner)
    case_in(shop, "3 second", section=first, position=2)
    case_in(shop, "2 first", section=first, position=1)
    case_in(shop, "1 no section")

    assert titles(create(tom, shop)) == [
        "1 no section",
        "2 first",
        "3 second",
        "4 inner",
        "5 last",
    ]


def test_takes_a_section_with_all_below(shop, tom):
    outer = section(shop, "Outer")
    case_in(shop, "deep", section=section(shop, "In", parent=section(shop, "Mid", parent=outer)))
    case_in(shop, "elsewhere", section=section(shop, "Other"))

    assert titles(create(tom, shop, Selection(section_id=outer.pk))) == ["deep"]


def test_takes_named_cases_of_its_own_project_only(shop, tom):
    mine, foreign = case_in(shop, "mine"), case_in(RunFactory().project, "foreign")
    case_in(shop, "not named")

    run = create(tom, shop, Selection(case_ids=frozenset({mine.pk, foreign.pk})))

    assert titles(run) == ["mine"]


def test_leaves_deleted_cases_out(shop, tom):
    case_in(shop, "there")
    case_in(shop, "gone", deleted_at=NOW)

    assert titles(create(tom, shop)) == ["there"]


def test_refuses_a_run_of_nothing(shop, tom):
    with pytest.raises(DomainError, match="No case"):
        create(tom, shop)

    assert not Run.objects.exists()


def test_refuses_a_run_without_a_name(shop, tom):
    case_in(shop)

    with pytest.raises(DomainError) as refusal:
        create(tom, shop, name="  ")

    assert refusal.value.field == "name"


def test_takes_as_many_statements_for_forty_cases_as_for_two(
    shop, tom, django_assert_max_num_queries
):
    for _ in range(40):
        case_in(shop)

    with django_assert_max_num_queries(11):
        assert create(tom, shop).executions.count() == 40


def test_refuses_a_viewer(shop, vera):
    case_in(shop)

    with pytest.raises(ForbiddenError):
        create(vera, shop)


def test_tells_a_stranger_that_there_is_no_such_run(sam):
    with pytest.raises(NotFoundError, match="no such run"):
        services.close_run(user=sam, run_id=RunFactory().pk, now=NOW)


def test_adds_only_cases_that_are_not_there_yet(shop, tom):
    case_in(shop, "old")
    run = create(tom, shop)
    case_in(shop, "new")

    added = services.add_cases(user=tom, run_id=run.pk, selection=Selection(), now=NOW)

    assert added == 1
    assert titles(run) == ["old", "new"]


def test_removes_what_nobody_tried(shop, tom):
    execution = ExecutionFactory(run__project=shop)

    services.remove_cases(user=tom, run_id=execution.run_id, execution_ids=[execution.pk])

    assert not execution.run.executions.exists()


def test_keeps_what_has_results(shop, tom):
    execution = ExecutionFactory(run__project=shop)
    record(execution, "passed")

    with pytest.raises(ConflictError, match="1 of these tests have results"):
        services.remove_cases(user=tom, run_id=execution.run_id, execution_ids=[execution.pk])


def test_assigns_to_a_member_and_to_nobody(shop, ada, tom):
    execution = ExecutionFactory(run__project=shop)
    chosen = {"run_id": execution.run_id, "execution_ids": [execution.pk], "now": NOW}

    services.assign(user=tom, assignee="ADA", **chosen)
    execution.refresh_from_db()
    assert execution.assignee == ada

    services.assign(user=tom, assignee="", **chosen)
    execution.refresh_from_db()
    assert execution.assignee is None


def test_assigns_to_no_stranger(shop, tom, sam):
    run = RunFactory(project=shop)

    with pytest.raises(DomainError, match="Nobody in this project"):
        services.assign(user=tom, run_id=run.pk, execution_ids=[], assignee="sam", now=NOW)


def test_updates_what_is_said_and_audits_it(shop, tom):
    run = RunFactory(project=shop, name="Old")

    services.update_run(user=tom, run_id=run.pk, revision=1, changes={"name": "New"})

    run.refresh_from_db()
    assert (run.name, run.revision) == ("New", 2)
    assert AuditEntry.objects.get(action="updated").changes == {"name": ["Old", "New"]}


def test_refuses_a_stale_revision(shop, tom):
    run = RunFactory(project=shop, revision=3)

    with pytest.raises(StaleRevisionError):
        services.update_run(user=tom, run_id=run.pk, revision=2, changes={"name": "New"})


CHANGES = {
    "update": lambda **who: services.update_run(revision=None, changes={"name": "x"}, **who),
    "add": lambda **who: services.add_cases(selection=Selection(), now=NOW, **who),
    "remove": lambda **who: services.remove_cases(execution_ids=[], **who),
    "assign": lambda **who: services.assign(execution_ids=[], assignee="", now=NOW, **who),
    "retest": lambda **who: services.retest(execution_ids=[], comment="", now=NOW, **who),
    "close": lambda **who: services.close_run(now=NOW, **who),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_closed_run_never_changes(shop, ada, change):
    run = RunFactory(project=shop, closed=True)

    with pytest.raises(RunClosedError):
        change(user=ada, run_id=run.pk)


def test_takes_the_newest_version_when_asked(shop, tom):
    execution = ExecutionFactory(run__project=shop)
    newer = CaseVersion.objects.create(case=execution.case, number=2, title="v2")
    execution.case.current = newer
    execution.case.save()

    services.take_current_version(user=tom, run_id=execution.run_id, execution_id=execution.pk)

    execution.refresh_from_db()
    assert execution.version == newer


def test_runs_again_what_failed_and_keeps_its_tester(shop, tom):
    run = RunFactory(project=shop, build="2.4")
    failed, passed = ExecutionFactory(run=run, assignee=tom), ExecutionFactory(run=run)
    record(failed, "failed")
    record(passed, "passed")

    again = services.rerun(
        user=tom, run_id=run.pk, name="Again", outcomes=[Outcome.FAILED], now=NOW
    )

    (execution,) = again.executions.all()
    assert (execution.case, execution.assignee) == (failed.case, tom)
    assert (execution.status.category, again.build) == (Outcome.UNTESTED, "2.4")


def test_refuses_to_run_nothing_again(shop, tom):
    run = ExecutionFactory(run__project=shop).run

    with pytest.raises(DomainError, match="left to run again"):
        services.rerun(user=tom, run_id=run.pk, name="Again", outcomes=["failed"], now=NOW)


def test_closes_and_puts_the_rest_into_a_new_run(shop, tom):
    run = RunFactory(project=shop)
    record(ExecutionFactory(run=run), "passed")
    rest = ExecutionFactory(run=run)

    services.close_run(user=tom, run_id=run.pk, now=NOW, rest_name="Rest")

    run.refresh_from_db()
    assert run.closed_at == NOW
    assert [e.case for e in Run.objects.get(name="Rest").executions.all()] == [rest.case]


def test_reopens_a_closed_run(shop, tom):
    run = RunFactory(project=shop, closed=True)

    assert services.reopen_run(user=tom, run_id=run.pk).closed_at is None


def test_only_leads_delete(shop, tom, ada):
    run = RunFactory(project=shop)

    with pytest.raises(ForbiddenError, match="role lead"):
        services.delete_run(user=tom, run_id=run.pk, now=NOW)

    services.delete_run(user=ada, run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert run.deleted_at == NOW


def test_a_case_forgets_the_results_of_a_deleted_run(shop, ada):
    execution = ExecutionFactory(run__project=shop)
    record(execution, "failed")

    services.delete_run(user=ada, run_id=execution.run_id, now=NOW)

    execution.case.refresh_from_db()
    assert execution.case.last_status is None
