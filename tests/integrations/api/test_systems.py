"""Trackers over the API: connected, changed, tested, looked into; secrets only go in."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from integrations.models import Endpoint, SyncLog, System, SystemBudget
from testmgmt.core.permissions import Scope
from tests.factories.integrations import SystemFactory
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.integrations.conftest import ENG, JIRA_TOKEN

ODD = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(ada, api_of):
    return api_of(ada)


@pytest.fixture
def url(tracker):
    return f"/api/integrations/{tracker.pk}"


@pytest.fixture
def filled(cloud):
    return {
        "kind": "jira",
        "name": "New Jira",
        "base_url": cloud.url,
        "credentials": {"username": "sync@example.com", "token": JIRA_TOKEN},
        "project": "SHOP",
    }


def test_a_tracker_is_connected_and_its_secrets_stay_inside(shop, api, filled):
    answer = api.post("/api/integrations", filled)

    assert answer.status_code == 201, answer.data
    assert answer.data["config"] == {"username": "sync@example.com"}
    assert answer.data["secrets_set"] == ["token"]
    assert JIRA_TOKEN not in answer.content.decode()
    assert JIRA_TOKEN in System.objects.get(name="New Jira").credentials


def test_staff_connect_without_a_project_and_nobody_else_does(shop, api, manager, api_of, filled):
    del filled["project"]

    refused = api.post("/api/integrations", filled)

    assert (refused.status_code, [*refused.json()["errors"]]) == (404, ["project"])
    assert api_of(manager).post("/api/integrations", filled).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"base_url": "no address"}, "base_url"),
        ({"credentials": {"username": "me"}}, "token"),
        ({"credentials": {"token": "t", "colour": "red"}}, "credentials"),
        ({"name": "Our Jira"}, "name"),
        ({"colour": "red"}, "colour"),
        ({"project": "NONE"}, "project"),
    ],
)
def test_what_is_wrong_is_named(tracker, api, filled, change, field):
    answer = api.post("/api/integrations", filled | change)

    assert answer.status_code in {400, 404}
    assert field in answer.json()["errors"]
    assert System.objects.filter(kind="jira").count() == 1


def test_only_a_superuser_allows_private_addresses(shop, api, root, api_of, filled):
    filled["is_private_allowed"] = True

    assert api.post("/api/integrations", filled).status_code == 403
    assert api_of(root).post("/api/integrations", filled).status_code == 201


def test_lists_what_somebody_may_use(connection, tracker, api, tom, api_of):
    other = SystemFactory(name="Somebody else's")

    [found] = api.get("/api/integrations").json()["results"]

    assert found["id"] == str(tracker.pk)
    assert api_of(tom).get("/api/integrations").json()["count"] == 0
    assert api.get(f"/api/integrations/{other.pk}").status_code == 404
    assert api.get("/api/integrations?kind=github").json()["count"] == 0
    assert "colour" in api.get("/api/integrations?colour=red").json()["errors"]


def test_a_change_keeps_the_secret_that_is_left_out(tracker, url, api):
    answer = api.patch(url, {"name": "Renamed", "credentials": {"username": "new@example.com"}})

    assert (answer.status_code, answer.data["name"]) == (200, "Renamed")
    assert answer.data["config"] == {"username": "new@example.com"}
    assert JIRA_TOKEN in System.objects.get(pk=tracker.pk).credentials


def test_a_stored_secret_never_goes_to_another_address(tracker, url, api):
    answer = api.patch(url, {"base_url": "https://elsewhere.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "required")
    assert System.objects.get(pk=tracker.pk).base_url == tracker.base_url


def test_is_forgotten_once_nothing_is_connected(connection, tracker, url, api):
    assert api.delete(url).json()["code"] == "still_connected"

    api.delete(f"/api/connections/{connection.pk}")

    assert api.delete(url).status_code == 204
    assert not System.objects.filter(pk=tracker.pk).exists()


def test_a_test_says_who_we_are_and_how_to_mend_what_fails(url, api, cloud):
    assert api.post(f"{url}/test").data["account"] == "Test Platform"
    cloud.change_account("sync", {"hidden_projects": ["ENG"]})

    tested = api.post(f"{url}/test", {"project": ENG}).data

    assert tested["is_ok"] is False
    assert [check["fix"] for check in tested["checks"] if not check["is_ok"]] != [""]


def test_lists_projects_and_fields_as_the_tracker_tells_them(url, api):
    projects = api.get(f"{url}/projects").data
    [bug] = [one for one in api.get(f"{url}/fields?project={ENG}").data if one["name"] == "Bug"]

    assert ("ENG", "Engineering") in {(one["key"], one["name"]) for one in projects}
    summary = next(field for field in bug["fields"] if field["id"] == "summary")
    assert (summary["is_required"], summary["type"]) == (True, "text")
    assert "project" in api.get(f"{url}/fields").json()["errors"]


def test_an_outage_is_told_in_words(url, api, cloud):
    cloud.go_down()

    answer = api.get(f"{url}/projects")

    assert (answer.status_code, answer.json()["code"]) == (400, "connection_failed")
    assert JIRA_TOKEN not in answer.content.decode()


def test_health_tells_breaker_hook_budgets_and_queue(connection, tracker, url, api):
    now = timezone.now()
    SystemBudget.objects.create(
        system=tracker,
        bucket="site",
        capacity=10,
        refill_per_second=1,
        tokens=2,
        filled_at=now - timedelta(seconds=3),
    )
    System.objects.filter(pk=tracker.pk).update(
        status="down", status_message="It is down.", breaker_until=now + timedelta(minutes=1)
    )

    health = api.get(f"{url}/health").data

    assert health["words"] == "It is down."
    assert health["breaker"]["is_open"] is True
    assert (health["hook"]["state"], health["hook"]["url"]) == (
        "not set up",
        f"http://127.0.0.1:8000/api/hooks/in/{tracker.pk}",
    )
    [budget] = [one for one in health["budgets"] if one["bucket"] == "site"]
    assert budget["left"] == pytest.approx(5, abs=1)
    assert health["queue"] == {"waiting": 0, "dead": 0, "oldest_seconds": 0}


def test_health_knows_a_webhook_that_fell_silent(connection, tracker, url, api):
    def state():
        return api.get(f"{url}/health").data["hook"]["state"]

    def found(why):
        SyncLog.objects.create(
            connection=connection, action="updated", outcome="done", message="Wrote.", why=why
        )

    secret = api.post(f"{url}/hook-secret")
    assert (secret.status_code, len(secret.data["secret"]) > 30) == (201, True)
    assert state() == "not heard yet"
    Endpoint.objects.filter(side="b").update(hook_seen_at=Now())
    found("hook")
    assert state() == "working"
    for _ in range(5):
        found("poll")
    health = api.get(f"{url}/health").data["hook"]
    assert (health["state"], health["found_by_hook"], health["found_by_poll"]) == ("silent", 1, 5)


def test_strangers_and_other_projects_find_nothing(connection, url, sam, api_of):
    other = ProjectFactory(key="APP")
    MembershipFactory(project=other, user=sam, role="admin")
    api = api_of(sam)

    for part in ("", "/projects", f"/fields?project={ENG}", "/health"):
        assert api.get(url + part).status_code == 404, part
    for part in ("/test", "/hook-secret"):
        assert api.post(url + part).status_code == 404, part
    assert api.patch(url, {"name": "Mine"}).status_code == 404
    assert api.delete(url).status_code == 404
    assert api.get("/api/integrations").json()["count"] == 0


def test_a_token_needs_the_scope_to_configure(url, ada, with_token):
    writer = with_token(ada, Scope.WRITE)

    assert writer.get(url).status_code == 200
    assert writer.post(f"{url}/test").status_code == 403
    assert writer.patch(url, {"name": "X"}).status_code == 403
    assert writer.post("/api/integrations", {}).status_code == 403


def test_lists_take_few_statements(url, tracker, api, django_assert_max_num_queries):
    SystemFactory.create_batch(5, created_by=tracker.created_by)

    with django_assert_max_num_queries(6):
        assert api.get("/api/integrations").json()["count"] == 6
    with django_assert_max_num_queries(6):
        api.get(f"{url}/health")


def test_no_secret_is_in_any_answer(connection, url, api):
    secret = api.post(f"{url}/hook-secret").data["secret"]
    answers = [api.get(url + part) for part in ("", "/projects", "/health")]
    answers += [api.get("/api/integrations"), api.post(f"{url}/test"), api.patch(url, {})]

    told = " ".join(answer.content.decode() for answer in answers)
    assert JIRA_TOKEN not in told
    assert secret not in told
