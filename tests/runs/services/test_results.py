import threading

import pytest
from django.db import connection
from django.utils import timezone

from testmgmt.core import events
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError
from testmgmt.projects.domain import Outcome
from testmgmt.runs import services
from testmgmt.runs.domain import Attempt, RunClosedError, StepAttempt, TooManyError
from testmgmt.runs.models import Result, StepResult
from testmgmt.runs.services import Entry
from tests.factories.runs import ExecutionFactory, RunFactory, new_tester, record, steps

NOW = timezone.now()


@pytest.fixture
def execution(shop):
    return ExecutionFactory(run__project=shop)


def test_appends_every_attempt(execution, tom):
    record(execution, "failed", tom, comment="500")
    record(execution, "passed", tom)

    assert [r.status.slug for r in execution.results.all()] == ["passed", "failed"]


def test_execution_and_case_repeat_the_newest_result(execution, tom):
    result = record(execution, "failed", tom)

    execution.refresh_from_db()
    execution.case.refresh_from_db()
    assert (execution.status.slug, execution.last_result_at) == ("failed", result.created_at)
    assert (execution.case.last_status, execution.case.last_result_at) == (
        execution.status,
        result.created_at,
    )
    assert execution.revision == 2


def test_takes_a_status_by_its_name_too(execution, tom):
    assert record(execution, "In Progress", tom).status.slug == "in-progress"


def test_takes_the_build_of_the_run_where_none_is_named(shop, tom):
    execution = ExecutionFactory(run__project=shop, run__build="2.4")

    assert record(execution, "passed", tom).build == "2.4"
    assert record(execution, "passed", tom, build="2.5").build == "2.5"


def test_lets_the_steps_decide(execution, tom):
    result = record(execution, "", tom, steps=steps(execution, "passed", "failed"))

    assert result.status.slug == "failed"
    assert [(s.position, s.status.slug) for s in result.steps.all()] == [
        (0, "passed"),
        (1, "failed"),
    ]


def test_marks_a_verdict_that_differs_from_the_suggestion(execution, tom):
    result = record(execution, "passed", tom, steps=steps(execution, "failed"))

    assert (result.status.slug, result.suggested.slug) == ("passed", "failed")


def test_asks_for_a_verdict_while_steps_are_missing(execution, tom):
    with pytest.raises(DomainError, match="Say how it went"):
        record(execution, "", tom, steps=steps(execution, "passed"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((StepAttempt("nowhere", "passed"),), "no step nowhere"),
        ((StepAttempt("s1", "passed"), StepAttempt("s1", "failed")), "one result per attempt"),
        ((StepAttempt("s1", "untested"),), "untested does not"),
        ((StepAttempt("s1", "splendid"),), "not offered here"),
    ],
)
def test_refuses_wrong_steps(execution, tom, given, said):
    with pytest.raises(DomainError, match=said):
        record(execution, "passed", tom, steps=given)

    assert not Result.objects.exists()


def test_refuses_untested_as_a_result(execution, tom):
    with pytest.raises(DomainError, match="untested does not"):
        record(execution, "untested", tom)


def test_refuses_a_closed_run(shop, tom):
    execution = ExecutionFactory(run=RunFactory(project=shop, closed=True))

    with pytest.raises(RunClosedError, match="Reopen"):
        record(execution, "passed", tom)


def test_refuses_a_viewer(execution, vera):
    with pytest.raises(ForbiddenError):
        record(execution, "passed", vera)


def test_hides_a_test_from_strangers(execution, sam):
    with pytest.raises(NotFoundError):
        record(execution, "passed", sam)


def test_says_what_was_recorded(execution, tom, monkeypatch):
    heard = []
    monkeypatch.setitem(events._within, "result.recorded", [heard.append])

    result = record(execution, "failed", tom)

    assert [(e.object_id, e.data["outcome"]) for e in heard] == [(result.pk, "failed")]


def bulk(user, run, *entries):
    return services.record_results(user=user, run_id=run.pk, entries=entries, now=NOW)


def test_records_many_by_execution_or_case(execution, tom):
    other = ExecutionFactory(run=execution.run)

    bulk(
        tom,
        execution.run,
        Entry(Attempt("passed"), execution_id=execution.pk),
        Entry(Attempt("failed", steps=steps(other, "failed")), case_id=other.case_id),
    )

    statuses = execution.run.executions.values_list("status__slug", flat=True)
    assert list(statuses) == ["passed", "failed"]
    assert StepResult.objects.count() == 1


def test_records_all_or_none(execution, tom):
    with pytest.raises(DomainError, match="no test 999"):
        bulk(
            tom,
            execution.run,
            Entry(Attempt("passed"), execution_id=execution.pk),
            Entry(Attempt("passed"), execution_id=999),
        )

    assert not Result.objects.exists()


def test_the_last_of_several_attempts_in_a_request_counts(execution, tom):
    attempts = [
        Entry(Attempt(status), execution_id=execution.pk) for status in ("failed", "passed")
    ]

    bulk(tom, execution.run, *attempts)

    execution.refresh_from_db()
    assert (execution.status.slug, execution.results.count()) == ("passed", 2)


def test_asks_which_where_a_case_is_in_the_run_twice(execution, tom):
    ExecutionFactory(run=execution.run, case=execution.case, data_key="admin")

    with pytest.raises(DomainError, match="2 times"):
        bulk(tom, execution.run, Entry(Attempt("passed"), case_id=execution.case_id))


def test_refuses_more_than_two_thousand(execution, tom):
    with pytest.raises(TooManyError):
        bulk(tom, execution.run, *[Entry(Attempt("passed"), case_id=1)] * 2001)


def test_takes_as_many_statements_for_many_as_for_one(shop, tom, django_assert_max_num_queries):
    run = RunFactory(project=shop)
    entries = [
        Entry(Attempt("passed"), execution_id=ExecutionFactory(run=run).pk) for _ in range(40)
    ]

    with django_assert_max_num_queries(14):
        bulk(tom, run, *entries)


def test_asks_for_a_retest(execution, tom):
    record(execution, "failed", tom)

    services.retest(
        user=tom,
        run_id=execution.run_id,
        execution_ids=[execution.pk],
        comment="Fixed in rc4",
        now=NOW,
    )

    execution.refresh_from_db()
    assert execution.status.category == Outcome.RETEST
    assert execution.results.count() == 2


def test_keeps_what_two_testers_record_at_once(threads_database):
    execution = ExecutionFactory()
    testers = [new_tester(execution.run.project) for _ in range(2)]
    start = threading.Barrier(2)

    def recording(user, status):
        start.wait()
        try:
            record(execution, status, user)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=recording, args=pair)
        for pair in zip(testers, ("passed", "failed"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    execution.refresh_from_db()
    results = list(execution.results.all())
    assert {r.created_by for r in results} == set(testers)
    assert execution.status == results[0].status
    assert execution.revision == 3
