"""Looking ahead and asking why, over the API."""

import pytest

from integrations import services
from testmgmt.core.permissions import Scope
from tests.integrations.conftest import ENG, JIRA_TOKEN, OPS

ODD = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(ada, api_of):
    return api_of(ada)


@pytest.fixture
def url(connection):
    return f"/api/connections/{connection.pk}"


@pytest.fixture
def counted(linked, url, api, cloud, tom):
    """Return the address of a finished preview, with an issue that was changed meanwhile."""
    cloud.as_human("ken").edit("ENG-1", summary="Changed in Jira")
    started = api.post(f"{url}/rules/preview").data
    services.work_preview(job_id=started["job"].rpartition("/")[2])
    return started["preview"]


def test_everything_is_previewed_by_a_job(linked, url, api):
    started = api.post(f"{url}/rules/preview")

    job = api.get(started["Location"]).data
    assert (started.status_code, job["state"], job["kind"]) == (202, "queued", "preview")
    assert api.post(f"{url}/rules/preview").json()["code"] == "running"


def test_the_outcome_counts_and_shows_values_as_they_are_now(counted, linked, api, cloud):
    outcome = api.get(counted).data
    cloud.as_human("ken").edit("ENG-1", summary="Changed again")
    live = api.get(f"{counted}?field=title").data

    assert (outcome["state"], outcome["result"]["counts"]["update"]) == ("done", 1)
    assert "Changed in Jira" not in str(outcome)
    [change] = live["changes"]
    assert (change["key"], change["to"]) == (linked.key, "a")
    assert (change["before"], change["after"]) == ("Login fails", "Changed again")
    assert api.get(f"{counted}?field=colour").status_code == 404
    assert "offset" in api.get(f"{counted}?field=title&offset=x").json()["errors"]


def test_one_item_is_previewed_at_once(connection, defect, url, api):
    answer = api.post(f"{url}/rules/preview", {"item": f"D-{defect.pk}"})

    assert answer.status_code == 200
    assert answer.data["verdict"] == "create"
    assert {one["field"] for one in answer.data["changes"]} >= {"title", "status"}
    assert "side" in api.post(f"{url}/rules/preview", {"side": "c"}).json()["errors"]


@pytest.mark.parametrize("path", ["/api/defects/{pk}/explain", "{url}/explain?item=D-{pk}"])
def test_says_why_something_is_not_synced(connection, defect, url, api, path):
    api.post(f"{url}/off")

    told = api.get(path.format(url=url, pk=defect.pk)).data

    assert told["is_clear"] is False
    [off] = [one for one in told["reasons"] if one["name"] == "Connection"]
    assert (off["is_ok"], off["words"]) == (False, "It is off.")
    assert told["plan"]["verdict"] == "create"
    assert "item" in api.get(f"{url}/explain").json()["errors"]
    assert "side" in api.get(f"{url}/explain?item=1&side=c").json()["errors"]


def test_works_between_two_trackers(tracker, manager, cloud, api_of):
    api = api_of(manager)
    made = services.connect_trackers(
        user=manager, a=services.Target(tracker.pk, ENG), b=services.Target(tracker.pk, OPS)
    )
    issue = cloud.as_human("ken").create("ENG", "Task", summary="Walk")
    url = f"/api/connections/{made.pk}"

    one = api.post(f"{url}/rules/preview", {"item": issue.id}).data
    why = api.get(f"{url}/explain?item={issue.id}").data

    assert (one["key"], one["verdict"]) == (issue.key, "create")
    assert [reason["name"] for reason in why["reasons"] if not reason["is_ok"]] == ["Connection"]


def test_others_see_nothing_and_testers_count_nothing(counted, url, linked, tom, sam, api_of):
    tester, stranger = api_of(tom), api_of(sam)

    assert tester.post(f"{url}/rules/preview").status_code == 403
    assert tester.get(counted).status_code == 403
    assert tester.get(f"/api/defects/{linked.pk}/explain").status_code == 200
    for path in (counted, f"{url}/explain?item=D-1", f"/api/defects/{linked.pk}/explain"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{url}/rules/preview", {"item": "D-1"}).status_code == 404


def test_a_job_of_another_connection_is_not_found(counted, url, api):
    assert api.get(f"{url}/rules/preview/{ODD}").status_code == 404
    other = counted.replace(url, f"/api/connections/{ODD}")
    assert api.get(other).status_code == 404


def test_a_reader_starts_nothing(linked, url, ada, with_token):
    assert with_token(ada, Scope.READ).post(f"{url}/rules/preview").status_code == 403


def test_no_secret_is_in_any_answer(counted, url, linked, api):
    answers = [api.get(counted), api.get(f"/api/defects/{linked.pk}/explain")]

    assert not any(JIRA_TOKEN in answer.content.decode() for answer in answers)
