"""Projects and what can be created in them."""


def test_pages_through_projects_on_cloud(on_cloud):
    page = on_cloud.call("GET", "/project/search", params={"startAt": 1, "maxResults": 1}).json()

    assert (page["total"], page["isLast"]) == (2, True)
    assert [project["key"] for project in page["values"]] == ["OPS"]


def test_lists_projects_on_data_center(on_server):
    projects = on_server.call("GET", "/project").json()

    assert [project["key"] for project in projects] == ["ENG", "OPS"]


def test_describes_a_project_by_key_or_id(sync):
    by_key, by_id = (sync.call("GET", f"/project/{name}").json() for name in ("ENG", "10000"))

    assert by_key == by_id
    assert [type_["name"] for type_ in by_key["issueTypes"]] == ["Bug", "Task", "Story"]


def test_hides_a_project_from_who_may_not_browse(jira, as_account):
    response = as_account(jira, "outsider").call("GET", "/project/ENG")

    assert response.status_code == 404
    assert response.json()["errorMessages"] == ["No project could be found with key 'ENG'."]


def test_gives_the_statuses_of_each_type(sync):
    types = sync.call("GET", "/project/ENG/statuses").json()

    bug = types[0]["statuses"]
    assert [status["name"] for status in bug] == ["To Do", "In Progress", "In Review", "Done"]
    assert bug[3]["statusCategory"]["key"] == "done"


def test_pages_through_the_fields_to_create_with(sync):
    name = "fields" if sync.deployment == "Cloud" else "values"
    path = "/issue/createmeta/OPS/issuetypes/10004"
    whole = sync.call("GET", path).json()

    half = sync.call("GET", path, params={"startAt": 2, "maxResults": 3}).json()

    assert half[name] == whole[name][2:5]
    assert half["total"] == len(whole[name])


def test_names_required_fields_and_options(sync):
    name = "fields" if sync.deployment == "Cloud" else "values"

    page = sync.call("GET", "/issue/createmeta/OPS/issuetypes/10004").json()

    fields = {field["fieldId"]: field for field in page[name]}
    team, priority = fields["customfield_10020"], fields["priority"]
    assert team["required"] is True
    assert [option["value"] for option in team["allowedValues"]] == [
        "Payments",
        "Search",
        "Platform",
    ]
    assert [option["name"] for option in priority["allowedValues"]] == ["P1", "P2", "P3", "P4"]
    assert "reporter" not in fields


def test_lists_the_types_under_the_name_of_its_kind(sync):
    name = "issueTypes" if sync.deployment == "Cloud" else "values"

    page = sync.call("GET", "/issue/createmeta/ENG/issuetypes").json()

    assert [type_["name"] for type_ in page[name]] == ["Bug", "Task", "Story"]


def test_knows_custom_fields_by_their_type(sync):
    fields = {field["id"]: field for field in sync.call("GET", "/field").json()}

    schema = fields["customfield_10014"]["schema"]
    assert (schema["type"], schema["items"]) == ("array", "option")
    assert fields["customfield_10014"]["clauseNames"] == ["cf[10014]", "Platforms"]
