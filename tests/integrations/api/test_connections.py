"""Connections over the API: of a project, of two trackers, and their rules."""

from copy import deepcopy

import pytest

from integrations.models import Connection, ConnectionVersion
from testmgmt.core.permissions import Scope
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.integrations.conftest import ENG, OPS

ODD = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(ada, api_of):
    return api_of(ada)


@pytest.fixture
def url(connection):
    return f"/api/connections/{connection.pk}"


@pytest.fixture
def rules(connection):
    return deepcopy(connection.versions.get().rules)


@pytest.fixture
def between(tracker):
    return {
        "name": "Mirror",
        "a": {"system": str(tracker.pk), "scope": ENG},
        "b": {"system": str(tracker.pk), "scope": OPS},
    }


def test_lists_the_connections_of_my_projects(connection, tracker, api):
    [found] = api.get("/api/connections?project=SHOP&is_on=true").json()["results"]

    assert found["id"] == str(connection.pk)
    assert (found["project"], found["is_on"], found["rules_version"]) == ("SHOP", True, 1)
    assert (found["a"]["tracker"], found["b"]["tracker"]) == ("platform", "jira")
    assert (found["b"]["scope"], found["b"]["scope_name"]) == (ENG, "Engineering (ENG)")
    assert api.get("/api/connections").json()["count"] == 1
    assert "colour" in api.get("/api/connections?colour=red").json()["errors"]


def test_a_token_of_one_project_sees_its_own(connection, shop, tom, with_token):
    other = ProjectFactory(key="APP")
    MembershipFactory(project=other, user=tom, role="tester")

    assert with_token(tom, Scope.READ, project=other).get("/api/connections").data["count"] == 0
    assert with_token(tom, Scope.READ, project=shop).get("/api/connections").data["count"] == 1


def test_connects_a_project_and_syncs_nothing_yet(tracker, shop, api):
    body = {"project": "SHOP", "b": {"system": str(tracker.pk), "scope": ENG}, "name": "To ENG"}

    made = api.post("/api/connections", body)
    again = api.post("/api/connections", body)

    assert made.status_code == 201, made.data
    assert (made.data["status"], made.data["name"]) == ("draft", "To ENG")
    assert (again.status_code, again.json()["code"]) == (409, "connected_already")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"b": None}, "b"),
        ({"b": {"system": "x", "scope": "1"}}, "b"),
        ({"project": "NONE"}, "project"),
        ({"colour": "red"}, "colour"),
        ({"a": {"system": ODD, "scope": "1"}}, "a"),
    ],
)
def test_what_is_wrong_is_named(tracker, shop, api, change, field):
    body = {"project": "SHOP", "b": {"system": str(tracker.pk), "scope": ENG}} | change

    answer = api.post("/api/connections", body)

    assert answer.status_code in {400, 404}
    assert field in answer.json()["errors"]
    assert not Connection.objects.exists()


def test_staff_join_two_trackers_and_to_others_that_does_not_exist(
    between, manager, ada, tom, api_of
):
    made = api_of(manager).post("/api/connections", between)
    url = f"/api/connections/{made.data['id']}"

    assert (made.status_code, made.data["project"]) == (201, None)
    assert made.data["a"]["scope"] == ENG
    for user in (ada, tom):
        api = api_of(user)
        assert api.get(url).status_code == 404
        assert api.post(f"{url}/on").status_code == 404
        assert api.get(f"{url}/rules").status_code == 404
        assert api.delete(url).status_code == 404
        assert api.get("/api/connections").json()["count"] == 0
        assert api.post("/api/connections", between).status_code == 404
    assert api_of(manager).post(f"{url}/on").data["is_on"] is True
    assert api_of(manager).get("/api/connections").json()["count"] == 1


def test_a_token_of_one_project_never_acts_for_the_installation(between, manager, shop, with_token):
    MembershipFactory(project=shop, user=manager, role="admin")
    client = with_token(manager, Scope.ADMIN, project=shop, is_project_only=True)

    assert client.post("/api/connections", between).status_code == 404


def test_two_trackers_are_joined_once_whichever_way(between, manager, api_of):
    api = api_of(manager)
    api.post("/api/connections", between)

    again = api.post("/api/connections", {"a": between["b"], "b": between["a"]})
    itself = api.post("/api/connections", {"a": between["a"], "b": between["a"]})

    assert again.json()["code"] == "connected_already"
    assert "b" in itself.json()["errors"]


def test_is_called_otherwise_switched_and_removed(connection, url, api):
    changed = api.patch(url, {"name": "Web Shop bugs", "description": "All of them."})

    assert (changed.data["name"], changed.data["description"]) == ("Web Shop bugs", "All of them.")
    assert api.post(f"{url}/off").data["is_on"] is False
    assert api.post(f"{url}/on").data["is_on"] is True
    assert api.patch(url, {"name": ""}).status_code == 400
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


def test_a_tester_reads_and_configures_nothing(connection, url, tom, api_of):
    api = api_of(tom)

    assert api.get(url).status_code == 200
    assert api.get(f"{url}/rules").status_code == 200
    for part in ("/on", "/off", "/rules/publish", "/rules/versions/1/publish"):
        assert api.post(url + part).status_code == 403, part
    assert api.post(f"{url}/rules/validate", {"rules": {}}).status_code == 403
    assert api.put(f"{url}/rules", {}).status_code == 403
    assert api.patch(url, {"name": "X"}).status_code == 403
    assert api.delete(url).status_code == 403
    assert Connection.objects.get().status == "active"


def test_strangers_find_nothing(connection, url, sam, api_of):
    api = api_of(sam)

    for part in ("", "/rules", "/rules/versions", "/rules/versions/1"):
        assert api.get(url + part).status_code == 404, part
    for part in ("/on", "/off", "/rules/publish", "/rules/validate"):
        assert api.post(url + part, {}).status_code == 404, part
    assert api.get("/api/connections?project=SHOP").status_code == 404
    assert api.get(f"/api/connections/{ODD}").status_code == 404


def test_a_draft_holds_for_nothing_before_it_is_published(connection, url, api, rules):
    rules["max_creates_per_hour"] = 7

    drafted = api.put(f"{url}/rules", rules)
    shown = api.get(f"{url}/rules").data
    published = api.post(f"{url}/rules/publish")

    assert drafted.data["state"] == "draft"
    assert "max_creates_per_hour" not in shown["published"]["rules"]
    assert shown["draft"]["rules"]["max_creates_per_hour"] == 7
    assert (published.status_code, published.data["number"]) == (201, 2)
    after = api.get(f"{url}/rules").data
    assert (after["published"]["number"], after["draft"]) == (2, None)
    assert api.post(f"{url}/rules/publish").status_code == 404


def test_a_second_draft_replaces_the_first(connection, url, api, rules):
    for limit in (1, 2):
        api.put(f"{url}/rules", rules | {"max_creates_per_hour": limit})

    draft = ConnectionVersion.objects.get(state="draft")
    assert draft.rules["max_creates_per_hour"] == 2


def test_an_earlier_version_can_hold_again(connection, url, api, rules):
    api.put(f"{url}/rules", rules | {"max_creates_per_hour": 7})
    api.post(f"{url}/rules/publish")

    back = api.post(f"{url}/rules/versions/1/publish")

    assert (back.data["number"], back.data["rules"]) == (3, rules)
    listed = api.get(f"{url}/rules/versions").json()
    assert [(one["number"], one["state"]) for one in listed["results"]] == [
        (3, "published"),
        (2, "archived"),
        (1, "archived"),
    ]
    assert api.get(f"{url}/rules/versions/2").data["rules"]["max_creates_per_hour"] == 7
    assert api.get(f"{url}/rules/versions/9").status_code == 404
    assert api.get(f"{url}/rules/versions/0").status_code == 404


def test_a_document_that_cannot_be_read_is_no_draft(connection, url, api, rules):
    rules["fields"][0]["conflict"] = "dice"

    answer = api.put(f"{url}/rules", rules)

    assert answer.status_code == 400
    assert "fields[0].conflict" in answer.json()["errors"]
    assert not ConnectionVersion.objects.filter(state="draft").exists()


def test_a_check_names_every_problem_with_its_path(connection, url, api, rules):
    rules["fields"][0]["conflict"] = "dice"
    rules["fields"][2]["dir"] = "sideways"
    rules["deletes"] = "explode"

    checked = api.post(f"{url}/rules/validate", {"rules": rules}).data

    assert checked["is_ok"] is False
    paths = {problem["path"] for problem in checked["problems"]}
    assert paths == {"fields[0].conflict", "fields[2].dir", "deletes"}


def test_a_check_looks_at_what_both_sides_can_hold(connection, url, api, rules):
    rules["fields"] = [rule for rule in rules["fields"] if rule["b"] != "summary"]
    rules["fields"][0]["b"] = "customfield_99"
    rules["types"].append({"a": "Defect", "b": "Unicorn"})

    problems = api.post(f"{url}/rules/validate", {"rules": rules}).data["problems"]

    told = {problem["path"]: problem["message"] for problem in problems}
    assert "Unicorn" in told[f"types[{len(rules['types']) - 1}].b"]
    assert "customfield_99" in told["fields[0].b"]
    assert any("required and nothing fills it" in message for message in told.values())


def test_good_rules_and_the_draft_pass_the_check(connection, url, api, rules):
    assert api.post(f"{url}/rules/validate", {"rules": rules}).data == {
        "is_ok": True,
        "problems": [],
    }
    assert api.post(f"{url}/rules/validate").status_code == 404
    api.put(f"{url}/rules", rules)
    assert api.post(f"{url}/rules/validate").data["is_ok"] is True


def test_lists_take_few_statements(connection, url, api, django_assert_max_num_queries):
    for address in ("/api/connections?project=SHOP", f"{url}/rules/versions", f"{url}/rules"):
        with django_assert_max_num_queries(6):
            assert api.get(address).status_code == 200
