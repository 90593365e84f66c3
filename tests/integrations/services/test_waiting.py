"""A tracker that asks us to wait has refused nothing."""

import pytest

from integrations import services
from integrations.base.errors import AuthFailedError, RateLimitedError, TransientError
from integrations.engine.access import confirm_access
from integrations.models import System
from integrations.sandbox.faults import Fault, FaultKind
from integrations.services import breaker
from integrations.services.engines import new_connector
from tests.factories.integrations import pass_time

BUSY = Fault(FaultKind.RATE_LIMIT, path="/myself", times=0, headers={"Retry-After": "90"})
DOWN = Fault(FaultKind.BEFORE, path="/myself", times=0, status=503)


@pytest.mark.parametrize("fault", [BUSY, DOWN])
def test_a_test_that_has_to_wait_ends_in_no_refusal(tracker, cloud, ada, fault):
    System.objects.update(status=System.Status.NEW)
    cloud.faults(fault)

    services.verify_system(user=ada, system_id=tracker.pk)

    tracker.refresh_from_db()
    assert tracker.status == System.Status.DOWN
    assert tracker.breaker_until is not None


@pytest.mark.parametrize(("fault", "error"), [(BUSY, RateLimitedError), (DOWN, TransientError)])
def test_whoever_has_to_wait_may_still_be_signed_in(tracker, cloud, fault, error):
    cloud.faults(fault)

    with pytest.raises(error):
        confirm_access(new_connector(tracker))


def test_whoever_is_refused_is_not(tracker, cloud):
    cloud.change_account("sync", {"token": "another"})

    with pytest.raises(AuthFailedError):
        confirm_access(new_connector(tracker))


def test_the_first_call_after_a_rest_waits_as_long_as_it_is_asked_to(tracker, cloud):
    breaker.rest(tracker, "Nothing answers.", 1)
    pass_time(5)
    cloud.faults(BUSY)

    assert not breaker.may_call(tracker)

    tracker.refresh_from_db()
    assert tracker.status == System.Status.DOWN
    pass_time(60)
    assert not breaker.may_call(tracker)
    cloud.faults()
    pass_time(60)
    assert breaker.may_call(tracker)


def test_a_test_keeps_what_it_learnt_of_the_site(tracker, ada):
    assert tracker.options["deployment"] == "cloud"

    access = services.Access(f"{tracker.base_url}/jira", {"username": "a@b.c", "token": "x"})
    services.update_system(user=ada, system_id=tracker.pk, access=access)

    tracker.refresh_from_db()
    assert tracker.options == {}
