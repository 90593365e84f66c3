"""Changing where a tracker is, and what a test makes of it."""

import json

import pytest

from integrations import services
from integrations.models import Connection, Link, LinkEnd, System
from integrations.sandbox.gate import Outage
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from tests.integrations.conftest import JIRA_TOKEN


def access(url, token="", *, is_private=False):
    credentials = {"username": "sync@example.com", "token": token}
    return services.Access(url, credentials, is_private)


def status_of(tracker):
    tracker.refresh_from_db()
    return tracker.status


def test_another_address_needs_its_secret_again(tracker, ada):
    with pytest.raises(DomainError, match="the address changed") as refusal:
        services.update_system(
            user=ada, system_id=tracker.pk, access=access("https://other.example")
        )

    assert refusal.value.field == "token"


def test_the_same_address_keeps_its_secret(tracker, ada):
    services.update_system(user=ada, system_id=tracker.pk, access=access(f"{tracker.base_url}/"))

    tracker.refresh_from_db()
    assert json.loads(tracker.credentials)["token"] == JIRA_TOKEN


def test_what_is_no_secret_can_be_emptied(tracker, ada):
    services.update_credentials(
        user=ada, system_id=tracker.pk, credentials={"username": "", "token": ""}
    )

    tracker.refresh_from_db()
    assert json.loads(tracker.credentials) == {"username": "", "token": JIRA_TOKEN}


def test_only_administrators_of_the_installation_allow_private_addresses(tracker, ada):
    System.objects.filter(pk=tracker.pk).update(is_private_allowed=False)
    wish = access(tracker.base_url, is_private=True)

    with pytest.raises(ForbiddenError):
        services.update_system(user=ada, system_id=tracker.pk, access=wish)


def test_others_leave_what_was_allowed(tracker, ada):
    services.update_system(user=ada, system_id=tracker.pk, access=access(tracker.base_url))

    tracker.refresh_from_db()
    assert tracker.is_private_allowed


def test_a_stranger_changes_nothing(tracker, sam):
    with pytest.raises(NotFoundError):
        services.update_system(user=sam, system_id=tracker.pk, access=access("https://x.example"))


@pytest.mark.parametrize(
    ("before", "after"), [("ok", "ok"), ("new", "down"), ("down", "down"), ("auth", "down")]
)
def test_a_test_while_it_is_down_leaves_the_way_back_open(tracker, cloud, ada, before, after):
    cloud.go_down(Outage.UNAVAILABLE)
    System.objects.filter(pk=tracker.pk).update(status=before)

    services.verify_system(user=ada, system_id=tracker.pk)

    assert status_of(tracker) == after


def test_a_test_with_a_new_token_that_is_wrong_stops_the_calls(tracker, ada):
    services.update_credentials(user=ada, system_id=tracker.pk, credentials={"token": "wrong"})

    services.verify_system(user=ada, system_id=tracker.pk)

    assert status_of(tracker) == System.Status.AUTH


def test_a_closed_project_does_not_stop_the_others(tracker, cloud, ada):
    cloud.change_account("sync", {"hidden_projects": ["ENG"]})

    verified = services.verify_system(user=ada, system_id=tracker.pk, scope="10000")

    assert not verified.is_ok
    assert status_of(tracker) == System.Status.OK


@pytest.fixture
def gone(linked):
    link = Link.objects.get()
    link.ends.filter(side="b").update(gone_since="2026-05-04T12:00Z")
    Link.objects.filter(pk=link.pk).update(state=Link.State.GONE)
    return link


def test_starting_over_makes_a_new_issue(gone, tom, minute):
    services.start_over(user=tom, link_id=gone.pk)
    minute()

    assert LinkEnd.objects.get(side="b").key == "ENG-2"


def test_starting_over_needs_the_connection_switched_on(gone, connection, tom):
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.PAUSED)

    with pytest.raises(ConflictError, match="switched on"):
        services.start_over(user=tom, link_id=gone.pk)

    assert Link.objects.filter(pk=gone.pk).exists()


def test_starting_over_is_no_way_back_for_what_was_deleted_here(gone, tom):
    gone.ends.filter(side="a").update(gone_since="2026-05-04T12:00Z")

    with pytest.raises(ConflictError, match="ours that was deleted"):
        services.start_over(user=tom, link_id=gone.pk)


def test_starting_over_is_for_those_who_may_sync(gone, vera, sam):
    with pytest.raises(ForbiddenError):
        services.start_over(user=vera, link_id=gone.pk)
    with pytest.raises(NotFoundError):
        services.start_over(user=sam, link_id=gone.pk)
