"""The API of the sync: what a script sees and may do."""

import pytest
from rest_framework.test import APIClient

from integrations import services
from integrations.models import Conflict, LinkEnd, SyncTask
from testmgmt.accounts.services import create_token
from testmgmt.core.permissions import Scope
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from testmgmt.defects.models import Defect
from tests.integrations.conftest import JIRA_TOKEN

ODD = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(tom, api_of):
    return api_of(tom)


@pytest.fixture
def here(linked):
    return f"/api/defects/{linked.pk}"


@pytest.fixture
def key(linked):
    return LinkEnd.objects.get(side="b").key


@pytest.fixture
def with_token():
    """Return a client that signs in with a token of somebody."""

    def client(user, *scopes, **more):
        _key, token = create_token(user=user, name="CI", scopes=list(scopes), **more)
        return APIClient(headers={"Authorization": f"Bearer {token}"})

    return client


def test_sync_is_accepted_and_its_address_tells_how_it_went(connection, defect, api, minute):
    url = f"/api/defects/{defect.pk}/sync"

    answer = api.post(url)
    minute()

    [before], later = answer.data["lanes"], api.get(answer["Location"]).data
    [after] = later["lanes"]
    assert (answer.data["is_done"], later["is_done"], later["state"]) == (False, True, "ok")
    assert (answer.status_code, answer["Location"]) == (202, url)
    assert (before["state"], before["key"]) == ("busy", "")
    assert (after["state"], after["key"], after["status"]) == ("ok", "ENG-1", "To Do")
    assert after["tracker"] == "Jira"
    assert after["synced_at"] is not None


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_answers_with_and_without_slash_and_version(linked, api, prefix, slash):
    assert api.get(f"{prefix}/defects/{linked.pk}/sync{slash}").status_code == 200
    assert api.post(f"{prefix}/defects/{linked.pk}/refresh{slash}").status_code == 202


def test_refresh_brings_what_the_tracker_says(linked, key, here, cloud, api, minute):
    cloud.as_human("ken").set_status(key, "In Progress")

    api.post(f"{here}/refresh")
    minute()

    assert Defect.objects.get(pk=linked.pk).status.name == "In progress"
    [lane] = api.get(f"{here}/sync").data["lanes"]
    assert lane["status"] == "In Progress"


def test_pressing_twice_is_one_task(here, api):
    api.post(f"{here}/sync")
    api.post(f"{here}/sync")

    assert SyncTask.objects.filter(link__isnull=False).count() == 1


def test_a_project_without_a_connection_says_so(defect, api):
    answer = api.post(f"/api/defects/{defect.pk}/sync")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert "Settings, Integrations" in answer.json()["detail"]
    assert api.get(f"/api/defects/{defect.pk}/sync").data["lanes"] == []


def test_a_switched_off_connection_says_so(connection, defect, ada, api):
    services.pause(user=ada, connection_id=connection.pk)

    [lane] = api.get(f"/api/defects/{defect.pk}/sync").data["lanes"]

    assert lane["state"] == "off"
    assert api.post(f"/api/defects/{defect.pk}/sync").status_code == 409


@pytest.fixture
def conflict(linked, key, cloud, tom, minute):
    cloud.as_human("ken").edit(key, summary="Theirs")
    change = DefectChange(title="Ours")
    defects.update_defect(user=tom, defect_id=linked.pk, change=change)
    minute()
    return Conflict.objects.get(resolved_at=None)


@pytest.mark.parametrize(("choice", "title"), [("ours", "Ours"), ("theirs", "Theirs")])
def test_a_conflict_is_listed_and_can_be_settled(conflict, here, api, minute, choice, title):
    [lane] = api.get(f"{here}/sync").data["lanes"]

    answer = api.post(f"{here}/conflicts/{lane['conflicts'][0]['id']}", {"choice": choice})
    minute()

    assert (lane["state"], lane["conflicts"][0]["field"]) == ("held", "title")
    assert answer.status_code == 202
    assert Defect.objects.get().title == title


@pytest.mark.parametrize("body", [{}, {"choice": "mine"}, {"choice": "ours", "colour": "red"}])
def test_an_odd_choice_is_refused(conflict, here, api, body):
    assert api.post(f"{here}/conflicts/{conflict.pk}", body).status_code == 400


def test_only_a_fuse_can_be_released(conflict, here, api):
    answer = api.post(f"{here}/conflicts/{conflict.pk}", {"choice": "release"})

    assert answer.status_code == 400
    assert Conflict.objects.get(pk=conflict.pk).resolution == ""


def test_the_log_comes_in_pages_newest_first(here, api, minute):
    api.post(f"{here}/sync")
    minute()

    page = api.get(f"{here}/sync-log?limit=1").json()
    rest = api.get(f"{here}/sync-log?action=created").json()

    assert page["count"] >= 2
    assert page["next"] is not None
    assert [entry["message"] for entry in rest["results"]] == ["Created ENG-1 from D-1."]
    assert rest["results"][0]["direction"] == "a_to_b"


def test_an_unknown_filter_is_named(here, shop, api):
    answer = api.get(f"{here}/sync-log?colour=red")

    assert answer.status_code == 400
    assert "colour" in answer.json()["errors"]


def test_a_viewer_reads_only(linked, here, vera, api_of):
    api = api_of(vera)

    assert api.get(f"{here}/sync").status_code == 200
    assert api.post(f"{here}/sync").status_code == 403
    assert api.post(f"{here}/refresh").status_code == 403


def test_a_token_needs_the_scope_to_write(linked, here, connection, ada, with_token):
    reader, writer = with_token(ada, Scope.READ), with_token(ada, Scope.WRITE)

    assert reader.get(f"{here}/sync").status_code == 200
    assert reader.post(f"{here}/sync").status_code == 403
    assert reader.post(f"{here}/conflicts/{ODD}", {"choice": "ours"}).status_code == 403
    assert writer.post(f"{here}/sync").status_code == 202


def test_strangers_find_nothing(linked, here, connection, sam, api_of):
    api = api_of(sam)
    reads = [f"{here}/sync", f"{here}/sync-log", f"{here}/link?search=ENG-1"]
    writes = [f"{here}/sync", f"{here}/refresh", f"{here}/unlink"]

    assert {api.get(url).status_code for url in reads} == {404}
    assert {api.post(url).status_code for url in writes} == {404}


def test_nobody_is_asked_to_sign_in(here):
    assert APIClient().get(f"{here}/sync").status_code == 401


def test_unknown_things_are_not_found(here, ada, api_of):
    api = api_of(ada)

    assert api.get("/api/defects/999999/sync").status_code == 404
    assert api.post(f"{here}/conflicts/{ODD}", {"choice": "ours"}).status_code == 404


def test_the_log_takes_few_statements(here, api, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        api.get(f"{here}/sync-log")


def test_no_secret_is_in_any_answer(here, api):
    answers = [api.get(f"{here}/sync"), api.get(f"{here}/sync-log"), api.post(f"{here}/refresh")]

    assert not any(JIRA_TOKEN in answer.content.decode() for answer in answers)
