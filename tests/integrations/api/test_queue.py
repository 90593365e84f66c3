"""What waits, what was given up, what stands still, and the sync in numbers, over the API."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from integrations import services
from integrations.models import Conflict, Connection, Endpoint, LinkEnd, SyncLog, SyncTask
from testmgmt.core.permissions import Scope
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from tests.integrations.conftest import ENG, OPS

ODD = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(tom, api_of):
    return api_of(tom)


@pytest.fixture
def dead(linked):
    """Return the task of a linked defect that was given up."""
    task = SyncTask.objects.get(link__isnull=False)
    SyncTask.objects.filter(pk=task.pk).update(
        state="dead", error="Twenty times.", error_class="TransientError", generation=9
    )
    return task


@pytest.fixture
def conflict(linked, cloud, tom, minute):
    cloud.as_human("ken").edit(LinkEnd.objects.get(side="b").key, summary="Theirs")
    defects.update_defect(user=tom, defect_id=linked.pk, change=DefectChange(title="Ours"))
    minute()
    return Conflict.objects.get(resolved_at=None)


@pytest.fixture
def foreign(tracker, manager):
    """Return a given-up task of a connection between two trackers."""
    made = services.connect_trackers(
        user=manager,
        a=services.Target(tracker.pk, ENG),
        b=services.Target(tracker.pk, OPS),
    )
    return SyncTask.objects.create(
        key="I:foreign",
        system=tracker,
        connection=made,
        endpoint=Endpoint.objects.get(connection=made, side="a"),
        item_id="10001",
        state="dead",
        error="Given up.",
        due_at=Now(),
    )


def test_a_given_up_task_is_listed_with_its_reason_and_tried_again(dead, linked, api):
    [found] = api.get("/api/sync/queue?state=dead").json()["results"]
    answer = api.post(f"/api/sync/queue/{dead.pk}/replay")

    assert (found["id"], found["state"], found["reason"]) == (str(dead.pk), "dead", "Twenty times.")
    assert [item["key"] for item in found["items"]] == [linked.key, "ENG-1"]
    assert (answer.status_code, answer.data["state"]) == (202, "ready")
    assert api.get("/api/sync/queue?state=dead").json()["count"] == 0


def test_without_a_state_all_that_is_not_done_is_listed(dead, api):
    assert api.get("/api/sync/queue").json()["count"] == 1
    assert api.get("/api/sync/queue?state=done").json()["count"] == 1
    assert api.get(f"/api/sync/queue?connection={dead.connection_id}").json()["count"] == 1
    assert api.get(f"/api/sync/queue?connection={ODD}").json()["count"] == 0


@pytest.mark.parametrize("query", ["state=odd", "connection=odd", "colour=red"])
def test_an_odd_filter_is_named(dead, api, query):
    answer = api.get(f"/api/sync/queue?{query}")

    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["errors"]


def test_all_that_was_given_up_is_tried_again_where_one_may_sync(
    dead, foreign, api, manager, api_of
):
    assert api.post("/api/sync/queue/replay-dead").data == {"replayed": 1}
    assert SyncTask.objects.get(pk=foreign.pk).state == "dead"
    assert api_of(manager).post("/api/sync/queue/replay-dead").data == {"replayed": 1}


def test_a_replay_can_be_of_one_connection(dead, api):
    assert api.post("/api/sync/queue/replay-dead", {"connection": ODD}).status_code == 404
    assert api.post(
        "/api/sync/queue/replay-dead", {"connection": str(dead.connection_id)}
    ).data == {"replayed": 1}


def test_a_viewer_sees_and_replays_nothing(dead, vera, api_of):
    api = api_of(vera)

    assert api.get("/api/sync/queue").json()["count"] == 1
    assert api.post(f"/api/sync/queue/{dead.pk}/replay").status_code == 403
    assert api.post("/api/sync/queue/replay-dead").data == {"replayed": 0}
    assert SyncTask.objects.get(pk=dead.pk).state == "dead"


def test_others_find_nothing(dead, conflict, foreign, sam, tom, api_of):
    stranger, tester = api_of(sam), api_of(tom)

    for api in (stranger, tester):
        assert api.get(f"/api/sync/queue/{foreign.pk}").status_code == 404
        assert api.post(f"/api/sync/queue/{foreign.pk}/replay").status_code == 404
    assert stranger.get(f"/api/sync/queue/{dead.pk}").status_code == 404
    assert stranger.get(f"/api/conflicts/{conflict.pk}").status_code == 404
    choice = {"choice": "a"}
    assert stranger.post(f"/api/conflicts/{conflict.pk}/resolve", choice).status_code == 404
    for url in ("/api/sync/queue", "/api/conflicts"):
        assert stranger.get(url).json()["count"] == 0
        assert stranger.get(f"{url}?project=SHOP").status_code == 404
    assert stranger.get("/api/sync/metrics?project=SHOP").status_code == 404


def test_a_conflict_is_listed_and_can_be_settled(conflict, linked, api, minute):
    [found] = api.get("/api/conflicts?project=SHOP&kind=conflict").json()["results"]
    answer = api.post(f"/api/conflicts/{conflict.pk}/resolve", {"choice": "b"})
    minute()

    assert (found["field"], found["project"]) == ("title", "SHOP")
    assert [item["key"] for item in found["items"]] == [linked.key, "ENG-1"]
    assert (answer.status_code, answer.data["resolution"]) == (202, "b")
    assert api.get("/api/conflicts").json()["count"] == 0
    [past] = api.get("/api/conflicts?is_open=false").json()["results"]
    assert (past["resolved_by"], past["resolution"]) == ("tom", "b")


@pytest.mark.parametrize("body", [{}, {"choice": "mine"}, {"choice": "release"}])
def test_an_odd_choice_is_refused(conflict, api, body):
    answer = api.post(f"/api/conflicts/{conflict.pk}/resolve", body)

    assert answer.status_code == 400
    assert "choice" in answer.json()["errors"]


def test_a_reader_settles_nothing(conflict, tom, with_token):
    reader = with_token(tom, Scope.READ)

    assert reader.get("/api/conflicts").status_code == 200
    url = f"/api/conflicts/{conflict.pk}/resolve"
    assert reader.post(url, {"choice": "a"}).status_code == 403


@pytest.fixture
def measured(linked):
    """Give the log a hundred writes to the tracker that took 1 to 100 seconds."""
    connection = Connection.objects.get()
    SyncLog.objects.all().delete()
    SyncLog.objects.bulk_create(
        SyncLog(
            connection=connection,
            action="updated",
            outcome="done",
            message="Wrote.",
            direction="a_to_b",
            why="hook" if lag % 4 else "poll",
            lag_seconds=lag,
        )
        for lag in range(1, 101)
    )
    old = SyncLog.objects.first()
    SyncLog.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=2))
    return connection


def test_the_numbers_of_the_last_hour(measured, dead, api):
    numbers = api.get("/api/sync/metrics?project=SHOP").data

    lag = numbers["lag_seconds"]["a_to_b"]
    assert lag["count"] == 99
    assert lag["p50"] in {50, 51}
    assert lag["p95"] in {95, 96}
    assert numbers["lag_seconds"]["b_to_a"] == {"count": 0, "p50": None, "p95": None}
    assert numbers["writes_per_minute"] == 1.65
    assert numbers["found_by_hook"] + numbers["found_by_poll"] == 99
    assert numbers["queue"]["dead"] == 1
    assert api.get(f"/api/sync/metrics?connection={ODD}").data["queue"]["dead"] == 0


def test_prometheus_reads_them_as_text(measured, dead, api):
    answer = api.get("/api/sync/metrics?format=prometheus")

    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert "testmgmt_sync_queue_dead 1" in lines
    assert any(
        line.startswith('testmgmt_sync_lag_seconds{direction="a_to_b",quantile="0.95"} 9')
        for line in lines
    )


def test_lists_take_few_statements(conflict, dead, measured, api, django_assert_max_num_queries):
    for url in ("/api/sync/queue", "/api/conflicts"):
        with django_assert_max_num_queries(6):
            api.get(url)
    with django_assert_max_num_queries(10):
        api.get("/api/sync/metrics")
