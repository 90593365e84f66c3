"""What the organization tells of itself: projects, types, fields, trees, people."""

import pytest

from tests.integrations.sandbox.azure_devops.conftest import ENGINEERING, add


def values(sync, path, **params):
    response = sync.call("GET", path, params=params)
    assert response.status_code == 200, response.text
    return response.json()["value"]


def test_pages_through_projects(sync):
    first = sync.call("GET", "/_apis/projects", params={"$top": 1})
    token = first.headers["X-MS-ContinuationToken"]

    rest = sync.call("GET", "/_apis/projects", params={"$top": 1, "continuationToken": token})

    names = [page.json()["value"][0]["name"] for page in (first, rest)]
    assert names == ["Engineering", "Operations"]
    assert "X-MS-ContinuationToken" not in rest.headers


@pytest.mark.parametrize("name", ["Engineering", "engineering", None])
def test_finds_a_project_by_name_or_id(sync, name):
    wanted = name or values(sync, "/_apis/projects")[0]["id"]

    found = sync.call("GET", f"/_apis/projects/{wanted}", params={"includeCapabilities": "true"})

    assert found.json()["capabilities"]["processTemplate"]["templateName"] == "Agile"


def test_knows_no_other_project(sync):
    refused = sync.call("GET", "/Nowhere/_apis/wit/workitemtypes")

    assert (refused.status_code, refused.json()["message"][:8]) == (404, "TF200016")


def test_describes_types_with_states_and_steps(sync):
    bug = sync.call("GET", "/Operations/_apis/wit/workitemtypes/Bug").json()

    assert [step["to"] for step in bug["transitions"]["New"]] == ["Active"]
    assert bug["states"][0]["name"] == "New"


def test_tells_which_fields_a_type_needs_and_what_they_hold(sync):
    path = "/Operations/_apis/wit/workitemtypes/Bug/fields"

    plain = {one["referenceName"]: one for one in values(sync, path)}
    full = {one["referenceName"]: one for one in values(sync, path, **{"$expand": "allowedValues"})}

    assert plain["Custom.Team"]["alwaysRequired"] is True
    assert "allowedValues" not in plain["Custom.Team"]
    assert full["Custom.Team"]["allowedValues"] == ["Platform", "Search", "Billing"]
    assert full["Microsoft.VSTS.Common.Severity"]["defaultValue"] == "3 - Medium"


def test_knows_types_of_a_project_only(sync):
    refused = sync.call("GET", f"{ENGINEERING}/workitemtypes/Issue/states")

    assert (refused.status_code, refused.json()["typeKey"]) == (
        404,
        "WorkItemTypeNotFoundException",
    )


def test_describes_fields(sync):
    fields = {one["referenceName"]: one for one in values(sync, "/_apis/wit/fields")}

    assert fields["System.AssignedTo"]["isIdentity"] is True
    assert fields["System.CreatedDate"]["readOnly"] is True
    assert fields["Custom.Team"]["isPicklist"] is True


def test_shows_trees_to_the_depth_asked_for(sync):
    path = f"{ENGINEERING}/classificationnodes"

    flat = values(sync, path)
    deep = sync.call("GET", f"{path}/areas", params={"$depth": 2}).json()
    leaf = sync.call("GET", f"{path}/areas/Website%2FCheckout").json()

    assert [(one["structureType"], "children" in one) for one in flat] == [
        ("area", False),
        ("iteration", False),
    ]
    assert deep["children"][0]["children"][0]["name"] == "Checkout"
    assert leaf["path"] == "\\Engineering\\Area\\Website\\Checkout"


def test_lists_who_belongs_to_a_project(sync):
    (team,) = values(sync, "/_apis/projects/Engineering/teams")

    people = values(sync, f"/_apis/projects/Engineering/teams/{team['id']}/members")

    names = {one["identity"]["uniqueName"] for one in people}
    assert "ken@example.com" in names
    assert "outsider@example.com" not in names


def test_lists_tags_and_relations(sync):
    sync.new_item(add("System.Tags", "b; a"))

    assert [one["name"] for one in values(sync, f"{ENGINEERING}/tags")] == ["a", "b"]
    relations = values(sync, "/_apis/wit/workitemrelationtypes")
    assert {one["referenceName"] for one in relations} == {"Hyperlink", "AttachedFile"}
