"""The API of the sync: what a script sees and may do."""

import pytest
from rest_framework.test import APIClient

from integrations import services
from integrations.models import Conflict, Link, LinkEnd, SyncTask
from integrations.services import waiting
from testmgmt.core.permissions import Scope
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from testmgmt.defects.models import Defect
from tests.factories.cases import CaseFactory
from tests.factories.defects import DefectFactory
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


def test_the_log_comes_in_pages_newest_first(linked, here, api, minute):
    api.post(f"{here}/sync")
    minute()

    page = api.get(f"{here}/sync-log?limit=1").json()
    rest = api.get(f"{here}/sync-log?action=created").json()

    assert page["count"] >= 2
    assert page["next"] is not None
    assert [entry["message"] for entry in rest["results"]] == [f"Created ENG-1 from {linked.key}."]
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


# -- waiting for the result


@pytest.fixture
def busy_worker(minute, monkeypatch):
    """Let a worker do its work at each look that a waiting request takes."""
    monkeypatch.setattr(waiting.time, "sleep", lambda _seconds: minute())


@pytest.mark.parametrize("how", ["?wait=10", "prefer"])
def test_whoever_waits_gets_the_result(connection, defect, api, busy_worker, how):
    url, headers = f"/api/defects/{defect.pk}/sync", {}
    if how == "prefer":
        headers = {"Prefer": "respond-async, wait=10"}
    else:
        url += how

    answer = api.post(url, headers=headers)

    assert answer.status_code == 200
    assert (answer.data["is_done"], answer.data["state"]) == (True, "ok")
    assert answer.headers.get("Preference-Applied") == ("wait=10" if headers else None)


def test_a_wait_that_is_too_short_ends_with_where_to_look(connection, defect, api, monkeypatch):
    slept = []
    monkeypatch.setattr(waiting.time, "sleep", slept.append)
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(waiting.time, "monotonic", lambda: next(clock))

    answer = api.post(f"/api/defects/{defect.pk}/sync?wait=3600")

    assert answer.status_code == 202
    assert answer["Location"] == f"/api/defects/{defect.pk}/sync"
    assert len(slept) < 30 / 4 + 1  # at most thirty seconds, whatever was asked


def test_an_odd_wait_is_refused(connection, defect, api):
    answer = api.post(f"/api/defects/{defect.pk}/sync?wait=soon")

    assert answer.status_code == 400
    assert "wait" in answer.json()["errors"]


# -- linking


@pytest.fixture
def old_issue(cloud):
    return cloud.as_human("ken").create("ENG", "Bug", summary="Login fails in Firefox")


def test_finds_and_links_what_was_there_before(connection, defect, old_issue, cloud, api, minute):
    here = f"/api/defects/{defect.pk}"

    [found] = api.get(f"{here}/link?search=Firefox").data
    answer = api.post(f"{here}/link", {"item": found["key"]})
    minute()

    assert answer.status_code == 202
    [lane] = api.get(f"{here}/sync").data["lanes"]
    assert lane["key"] == old_issue.key
    assert len(cloud.issues()) == 1


@pytest.mark.parametrize("name", ["key", "url"])
def test_links_by_key_and_by_address(connection, defect, old_issue, cloud, api, name):
    item = {"key": old_issue.key, "url": f"{cloud.url}/browse/{old_issue.key}"}[name]

    answer = api.post(f"/api/defects/{defect.pk}/link", {"item": item})

    assert answer.status_code == 202
    assert LinkEnd.objects.get(side="b").item_id == old_issue.id


def test_only_inside_the_connected_project(connection, defect, cloud, api):
    other = cloud.as_human("ken").create("OPS", "Task", summary="Login fails in Firefox")
    here = f"/api/defects/{defect.pk}"

    answer = api.post(f"{here}/link", {"item": other.key})

    assert answer.status_code == 404
    assert "item" in answer.json()["errors"]
    assert api.get(f"{here}/link?search=Firefox").data == []
    assert not Link.objects.exists()


def test_both_ends_have_to_be_free(linked, key, old_issue, shop, api):
    other = DefectFactory(project=shop)

    taken = api.post(f"/api/defects/{other.pk}/link", {"item": key})
    again = api.post(f"/api/defects/{linked.pk}/link", {"item": old_issue.key})

    assert (taken.status_code, again.status_code) == (409, 409)
    assert taken.json()["code"] == "linked_already"
    assert LinkEnd.objects.count() == 2


def test_unlinking_leaves_both_and_ends_the_sync(linked, key, cloud, api, tom, minute):
    here = f"/api/defects/{linked.pk}"
    answer = api.post(f"{here}/unlink")
    defects.update_defect(user=tom, defect_id=linked.pk, change=DefectChange(title="Alone"))
    minute()

    [lane] = answer.data["lanes"]
    assert (lane["state"], lane["key"]) == ("unlinked", key)
    assert lane["message"] == "Unlinked by tom."
    assert cloud.as_human("ken").issue(key).values["summary"] == "Login fails"
    assert len(cloud.issues()) == 1


def test_the_same_two_can_be_linked_again(linked, key, cloud, api, tom, minute):
    here = f"/api/defects/{linked.pk}"
    api.post(f"{here}/unlink")
    minute()

    answer = api.post(f"{here}/link", {"item": key})
    defects.update_defect(user=tom, defect_id=linked.pk, change=DefectChange(labels=["again"]))
    minute()

    assert answer.status_code == 202
    assert cloud.as_human("ken").issue(key).values["labels"] == ["again"]
    assert Link.objects.count() == 1


def test_another_can_be_linked_and_the_old_one_is_left_in_peace(
    linked, key, old_issue, cloud, api, minute
):
    here = f"/api/defects/{linked.pk}"
    api.post(f"{here}/unlink")
    api.post(f"{here}/link", {"item": old_issue.key})
    minute()

    cloud.as_human("ken").edit(key, summary="Lives on")
    minute()

    [lane] = api.get(f"{here}/sync").data["lanes"]
    assert lane["key"] == old_issue.key
    left = cloud.as_human("ken").issue(key)
    assert left.values["summary"] == "Lives on"
    assert cloud.as_human("ken").status(key) == "To Do"
    assert cloud.as_human("ken").comments(key) == []
    assert len(cloud.issues()) == 2


def test_unlinking_what_is_not_linked_is_told(connection, defect, api):
    assert api.post(f"/api/defects/{defect.pk}/unlink").status_code == 404


def test_a_viewer_links_nothing(linked, here, key, vera, api_of):
    api = api_of(vera)

    assert api.post(f"{here}/link", {"item": key}).status_code == 403
    assert api.post(f"{here}/unlink").status_code == 403
    assert api.get(f"{here}/link?search=Login").status_code == 403


def test_without_a_connection_there_is_nothing_to_link_to(defect, api):
    answer = api.post(f"/api/defects/{defect.pk}/link", {"item": "ENG-1"})

    assert answer.status_code == 400
    assert "connection" in answer.json()["errors"]
    assert api.get(f"/api/defects/{defect.pk}/link").status_code == 400


def test_a_test_case_has_the_same(shop, connection, tom, api):
    case = CaseFactory(project=shop)
    here = f"/api/testcases/{case.pk}"

    assert api.get(f"{here}/sync").data["lanes"][0]["state"] == "new"
    assert api.post(f"{here}/sync").status_code == 202
    assert SyncTask.objects.filter(item_id=f"C-{case.pk}").exists()
    assert api.get(f"{here}/sync-log").status_code == 200
    assert api.post(f"{here}/unlink").status_code == 404
