import pytest

from migrations_data import services, store
from migrations_data.base.drafts import CaseDraft
from migrations_data.base.mapping import MappingDocument
from migrations_data.base.target import Batch, Tally
from migrations_data.services.targets import ProjectTarget
from testmgmt.cases.models import Case
from testmgmt.core.errors import ForbiddenError
from testmgmt.projects.models import Membership
from tests.migrations_data.conftest import case_xml


@pytest.fixture
def target(ada, scanned):
    import_job = scanned(case_xml(1))
    services.start(user=ada, import_id=import_job.pk)
    import_job.refresh_from_db()
    lease = store.claim(import_job.job.pk)
    return ProjectTarget(import_job, lease, MappingDocument("testrail"), ada)


def batch_of(*drafts):
    batch = Batch(tally=Tally(), creates=list(drafts))
    for draft in drafts:
        batch.tally.note(draft, "created")
    return batch


def draft(number, **content):
    return CaseDraft(f"C{number}", "", "A case", **content)


def test_a_record_that_is_refused_takes_nobody_with_it(target):
    refused = draft(3, custom={"nowhere": "x"})
    batch = batch_of(*(draft(number) for number in range(3)), refused, draft(4))

    target.commit(batch)

    assert Case.objects.count() == 4
    assert batch.tally.counts["case"] == {"read": 5, "created": 4, "skipped": 1}


def test_a_record_that_is_refused_is_told_with_the_reason(target):
    batch = batch_of(draft(1, custom={"nowhere": "x"}))

    target.commit(batch)

    (problem,) = batch.problems
    assert (problem.code, problem.origin_id, problem.field) == ("REFUSED", "C1", "custom")
    assert "nowhere" in problem.message


def test_a_refused_record_is_tried_again_by_the_next_import(target):
    target.commit(batch_of(draft(1, custom={"nowhere": "x"})))

    assert target.known("case", ["C1"]) == {}


def test_whoever_lost_the_right_to_write_stops_the_import(ada, target):
    Membership.objects.filter(user=ada).update(role="viewer")

    with pytest.raises(ForbiddenError):
        target.commit(batch_of(draft(1)))


def test_a_batch_is_all_or_nothing(target, monkeypatch):
    target._lease.until = None

    with pytest.raises(store.LeaseLostError):
        target.commit(batch_of(draft(1)))

    assert not Case.objects.exists()
