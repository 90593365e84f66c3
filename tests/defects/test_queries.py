from datetime import UTC, datetime, timedelta

import pytest

from testmgmt.core.errors import NotFoundError
from testmgmt.defects import queries
from testmgmt.defects.models import Defect
from tests.factories.defects import DefectFactory
from tests.factories.runs import ExecutionFactory, case_in, record, steps

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


def touched(defect, at):
    Defect.objects.filter(pk=defect.pk).update(updated_at=at)
    return defect


def test_walks_changes_in_order_without_gap_or_repeat(shop):
    at_noon = [touched(DefectFactory(project=shop), NOON) for _ in range(3)]
    later = touched(DefectFactory(project=shop), NOON + timedelta(seconds=1))
    touched(DefectFactory(), NOON)

    first = queries.changed_since(shop.pk, None, limit=2)
    rest = queries.changed_since(shop.pk, NOON, first[-1].pk)

    assert first == at_noon[:2]
    assert rest == [at_noon[2], later]


def test_reads_changes_in_two_statements(shop, django_assert_max_num_queries):
    for _ in range(3):
        DefectFactory(project=shop)

    with django_assert_max_num_queries(2):
        for defect in queries.changed_since(shop.pk, None):
            assert (defect.status.slug, defect.assignee, list(defect.labels.all())) == (
                "open",
                None,
                [],
            )


def test_knows_those_that_are_there_still(shop):
    alive = DefectFactory(project=shop, marker="m1")
    gone = DefectFactory(project=shop, deleted_at=NOON, marker="m2")

    assert queries.defects_by_id(shop.pk, [alive.pk, gone.pk]) == {alive.pk: alive}
    assert list(queries.living_ids(shop.pk)) == [alive.pk]
    assert queries.defect_by_marker(shop.pk, "m1") == alive
    assert queries.defect_by_marker(shop.pk, "m2") is None


def test_drafts_a_defect_from_a_failing_result(shop, tom):
    execution = ExecutionFactory(run__project=shop, run__environment="Chrome", run__build="2.4")
    result = record(
        execution, "failed", tom, comment="Blank", steps=steps(execution, "passed", "failed")
    )

    draft = queries.draft_of(queries.result_for_defect(tom, result.pk))

    assert draft.title == "Valid password logs in: Blank"
    assert "2. Do thing 2 **(failed here)**" in draft.description
    assert (draft.environment, draft.build, draft.result_ids) == ("Chrome", "2.4", (result.pk,))


def test_drafts_nothing_for_strangers(sam):
    result = record(ExecutionFactory(), "failed")

    with pytest.raises(NotFoundError):
        queries.result_for_defect(sam, result.pk)


def test_offers_what_is_known_of_a_case_and_not_done(shop, tom):
    case = case_in(shop)
    result = record(ExecutionFactory(run__project=shop, case=case), "failed")
    known = DefectFactory(project=shop, results=[result])
    DefectFactory(project=shop, results=[result], done=True)
    DefectFactory(project=shop)

    assert queries.open_defects_of_case(tom, case.pk) == [known]


def test_counts_where_a_defect_showed(shop):
    execution = ExecutionFactory(run__project=shop)
    results = [record(execution, "failed"), record(execution, "failed")]
    defect = DefectFactory(project=shop, results=results)

    sightings = queries.sightings_of([defect.pk])[defect.pk]

    assert (sightings.tests, sightings.last_at) == (1, results[1].created_at)
