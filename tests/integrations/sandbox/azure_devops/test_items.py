"""Work items: what a JSON Patch does, and what rules forbid."""

import json

import pytest

from tests.integrations.sandbox.azure_devops.conftest import ENGINEERING, ITEMS, PATCH, add, link

STATE, TITLE, TAGS = "System.State", "System.Title", "System.Tags"
REPRO, SEVERITY = "Microsoft.VSTS.TCM.ReproSteps", "Microsoft.VSTS.Common.Severity"
TEAM, CAUSE = "Custom.Team", "Custom.RootCause"


def test_fills_a_new_item(sync):
    item = sync.new_item()

    fields = item["fields"]
    assert (item["rev"], fields[STATE], fields[SEVERITY]) == (1, "New", "3 - Medium")
    assert fields["System.Reason"] == "New defect reported"
    assert fields["System.CreatedBy"]["uniqueName"] == "sync@example.com"
    assert "System.Rev" not in fields


def test_counts_a_revision_for_each_change_and_none_for_nothing(sync):
    number = sync.new_item()["id"]

    changed = sync.patch_item(number, add(TITLE, "Again")).json()
    same = sync.patch_item(number, add(TITLE, "Again")).json()

    assert (changed["rev"], same["rev"]) == (2, 2)


def test_changes_nothing_where_the_revision_is_another(sync):
    number = sync.new_item()["id"]
    test = {"op": "test", "path": "/rev", "value": 2}

    refused = sync.patch_item(number, test, add(TITLE, "Mine"))

    assert (refused.status_code, refused.json()["message"][:8]) == (412, "VS403351")
    assert sync.item(number)["fields"][TITLE] == "Login fails"


def test_does_all_of_a_patch_or_nothing(sync):
    number = sync.new_item()["id"]

    refused = sync.patch_item(number, add(TITLE, "Mine"), add("Custom.Nothing", 1))

    assert (refused.status_code, refused.json()["message"]) == (
        400,
        "TF51535: Cannot find field Custom.Nothing.",
    )
    assert sync.item(number)["rev"] == 1


def test_tries_a_change_without_keeping_it(sync):
    number = sync.new_item()["id"]

    tried = sync.patch_item(number, add(TITLE, "Mine"), validateOnly="true").json()

    assert tried["fields"][TITLE] == "Mine"
    assert sync.item(number)["fields"][TITLE] == "Login fails"


def test_tries_a_creation_without_keeping_it(sync):
    assert sync.post_item(add(TITLE, "Mine"), validateOnly="true").status_code == 200
    assert sync.find("[System.Id] > 0") == []


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_takes_a_patch_only_as_a_patch(sync, content_type):
    number = sync.new_item()["id"]
    body = json.dumps([add(TITLE, "Mine")])
    headers = {"Content-Type": content_type}

    refused = sync.send_loosely("PATCH", f"{ITEMS}/{number}", data=body, headers=headers)

    assert refused.json()["typeKey"] == "VssRequestContentTypeNotSupportedException"


@pytest.mark.parametrize("body", ["{}", "[]", "nonsense", '[{"op": "move", "path": "/rev"}]'])
def test_refuses_what_is_no_patch(sync, body):
    number = sync.new_item()["id"]

    refused = sync.send_loosely("PATCH", f"{ITEMS}/{number}", data=body, headers=PATCH)

    assert refused.status_code == 400


@pytest.mark.parametrize("path", ["/wrong", "/fields", "/relations/7", "/rev/1"])
def test_refuses_a_path_that_leads_nowhere(sync, path):
    number = sync.new_item()["id"]

    refused = sync.patch_item(number, {"op": "replace", "path": path, "value": 1})

    assert (refused.status_code, "Unable to evaluate path" in refused.text) == (400, True)


@pytest.mark.parametrize("rev", ["system.state", "State"])
def test_knows_fields_by_any_of_their_names(sync, rev):
    number = sync.new_item()["id"]

    assert sync.patch_item(number, add(rev, "active")).json()["fields"][STATE] == "Active"


# -- rules


def test_lists_every_rule_that_is_broken(sync):
    refused = sync.post_item(add(TITLE, ""), add(SEVERITY, "9 - None")).json()

    broken = refused["customProperties"]["RuleValidationErrors"]
    assert {one["fieldReferenceName"] for one in broken} == {TITLE, SEVERITY}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (TITLE, "x" * 256, "InvalidTooLong"),
        (TITLE, "two\nlines", "InvalidCharacters"),
        (SEVERITY, "Awful", "contains the value 'Awful' that is not in the list of supported"),
        (STATE, "Nowhere", "contains the value 'Nowhere' that is not in the list of supported"),
        ("Microsoft.VSTS.Common.Priority", 9, "that is not in the list of supported values"),
        ("Microsoft.VSTS.Common.Priority", "high", "InvalidType"),
        ("Microsoft.VSTS.Scheduling.DueDate", "soon", "InvalidDate"),
        ("Custom.IsRegression", "perhaps", "InvalidType"),
        ("System.CreatedDate", "2020-01-01", "ReadOnly"),
        ("System.AreaPath", "Engineering\\Nowhere", "TF401347"),
        ("System.AssignedTo", "ghost@example.com", "is an unknown identity"),
        ("System.AssignedTo", "outsider@example.com", "is an unknown identity"),
        ("Microsoft.VSTS.Scheduling.StoryPoints", 3, "InvalidNotEmpty"),
    ],
)
def test_refuses_a_value_that_a_field_cannot_hold(sync, field, value, said):
    refused = sync.post_item(add(TITLE, "Mine"), add(field, value))

    assert refused.status_code == 400
    assert said in refused.json()["message"]


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (TITLE, "  Mine ", "Mine"),
        (SEVERITY, "1 - CRITICAL", "1 - Critical"),
        ("Microsoft.VSTS.Common.Priority", "1", 1),
        ("Microsoft.VSTS.Scheduling.DueDate", "2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00Z"),
        ("Custom.IsRegression", "true", True),
        ("System.AreaPath", "engineering\\WEBSITE", "Engineering\\Website"),
        (REPRO, "<p>a</p><script>b</script>\r\n<p onclick='c'>d</p>", "<p>a</p> <p>d</p>"),
        (REPRO, "just words", "<div>just words</div>"),
        (REPRO, '<a href="javascript:x">y</a>', "<div><a>y</a></div>"),
    ],
)
def test_keeps_values_in_its_own_form(sync, field, value, kept):
    item = sync.post_item(add(TITLE, "Other"), add(field, value)).json()

    assert item["fields"][field] == kept


@pytest.mark.parametrize(
    "html",
    [
        "a<br>b",
        "<b>a</b><p>b</p>",
        "<p>a\n  b</p>\n\n<p>&lt;c&gt; &amp; d</p>",
        "<pre>a\n  b</pre> c",
        "<ul><li>a<ul><li>b</ul></ul>",
        "<table><tr><td onclick=x>1</td></table>",
        "<h1 style='color:red'>a</h1><img src=x.png>",
        "a < b > c",
    ],
)
def test_cleans_html_once_and_for_all(sync, html):
    item = sync.new_item(add(REPRO, html))

    again = sync.patch_item(item["id"], add(REPRO, item["fields"][REPRO])).json()

    assert again["rev"] == 1


@pytest.mark.parametrize(
    "value",
    [
        "ken@example.com",
        "Ken Ito <ken@example.com>",
        "Ken Ito",
        {"uniqueName": "KEN@example.com"},
    ],
)
def test_finds_people_by_what_they_are_called(sync, value):
    item = sync.new_item(add("System.AssignedTo", value))

    assert item["fields"]["System.AssignedTo"]["displayName"] == "Ken Ito"


def test_empties_a_field(sync):
    number = sync.new_item(add(REPRO, "<p>x</p>"), add("System.AssignedTo", "Ken Ito"))["id"]
    remove = {"op": "remove", "path": f"/fields/{REPRO}"}

    fields = sync.patch_item(number, remove, add("System.AssignedTo", "")).json()["fields"]

    assert not {REPRO, "System.AssignedTo"} & set(fields)


def test_goes_only_where_the_workflow_leads(sync):
    number = sync.new_item(add(TEAM, "Search"), project="Operations")["id"]

    refused = sync.patch_item(number, add(STATE, "Closed"))
    started = sync.patch_item(number, add(STATE, "Active"))

    assert (refused.status_code, refused.json()["typeKey"]) == (400, "RuleValidationException")
    assert started.json()["fields"]["System.Reason"] == "Approved"


def test_asks_for_what_a_state_needs(sync):
    number = sync.new_item(add(TEAM, "Search"), project="Operations")["id"]
    sync.patch_item(number, add(STATE, "Active"))

    refused = sync.patch_item(number, add(STATE, "Resolved"))
    done = sync.patch_item(number, add(STATE, "Resolved"), add(CAUSE, "Data"))

    assert refused.json()["customProperties"]["FieldReferenceName"] == CAUSE
    assert done.json()["fields"][STATE] == "Resolved"


def test_takes_only_the_reasons_of_a_state(sync):
    number = sync.new_item()["id"]
    resolved = add(STATE, "Resolved")

    refused = sync.patch_item(number, resolved, add("System.Reason", "Because"))
    done = sync.patch_item(number, resolved, add("System.Reason", "As Designed"))

    assert (refused.status_code, done.status_code) == (400, 200)
    assert done.json()["fields"]["System.Reason"] == "As Designed"


def test_asks_operations_for_a_team(sync):
    refused = sync.post_item(add(TITLE, "Mine"), project="Operations")

    assert "Team. Error code: Required" in refused.json()["message"]


def test_bypasses_rules_only_for_whom_may(sync, admin):
    patch = [add(TITLE, "Moved"), add("System.CreatedBy", "mia@example.com"), add(STATE, "Closed")]

    refused = sync.post_item(*patch, project="Operations", bypassRules="true")
    made = admin.post_item(*patch, project="Operations", bypassRules="true").json()

    assert (refused.status_code, refused.json()["message"][:8]) == (403, "TF401322")
    assert made["fields"]["System.CreatedBy"]["displayName"] == "Mia Lund"
    assert made["fields"][STATE] == "Closed"


# -- tags, formats, relations


def test_adds_tags_to_those_there_and_replaces_all(sync):
    number = sync.new_item(add(TAGS, "login; Beta"))["id"]
    more = sync.patch_item(number, add(TAGS, "alpha; LOGIN")).json()
    replace = {"op": "replace", "path": f"/fields/{TAGS}", "value": "zulu, yank"}

    all_new = sync.patch_item(number, replace).json()

    assert more["fields"][TAGS] == "alpha; Beta; login"
    assert all_new["fields"][TAGS] == "yank; zulu"


def test_keeps_a_field_as_markdown(sync):
    text = "# Steps\n\n* one **two** <b>\n"
    patch = {"op": "add", "path": f"/multilineFieldsFormat/{REPRO}", "value": "Markdown"}

    item = sync.new_item(add(REPRO, text), patch)
    again = sync.patch_item(item["id"], add(REPRO, text * 2)).json()

    assert item["multilineFieldsFormat"] == {REPRO: "markdown"}
    assert (item["fields"][REPRO], again["fields"][REPRO]) == (text, text * 2)


def test_changes_a_format_only_with_the_text(sync):
    number = sync.new_item(add(REPRO, "<p>x</p>"))["id"]
    patch = {"op": "add", "path": f"/multilineFieldsFormat/{REPRO}", "value": "Markdown"}

    refused = sync.patch_item(number, patch)

    assert (refused.status_code, refused.json()["message"][:8]) == (400, "VS403319")


def test_knows_no_markdown_where_it_is_an_old_server(azure, sync):
    azure.change_state({"has_markdown": False})
    patch = {"op": "add", "path": f"/multilineFieldsFormat/{REPRO}", "value": "Markdown"}

    assert sync.post_item(add(TITLE, "x"), add(REPRO, "y"), patch).status_code == 400


def test_links_to_a_page_once(sync):
    page = link("Hyperlink", "https://qa.example/defects/17", comment="qa-sync")
    number = sync.new_item(page)["id"]

    refused = sync.patch_item(number, page)

    (relation,) = sync.item(number, **{"$expand": "relations"})["relations"]
    assert (refused.status_code, "already exists" in refused.text) == (400, True)
    assert relation["attributes"]["comment"] == "qa-sync"


def test_removes_a_relation_by_its_place(sync):
    pages = [link("Hyperlink", f"https://qa.example/{number}") for number in range(3)]
    number = sync.new_item(*pages)["id"]

    sync.patch_item(number, {"op": "remove", "path": "/relations/1"})

    kept = sync.item(number, **{"$expand": "all"})["relations"]
    assert [one["url"][-1] for one in kept] == ["0", "2"]


# -- many at once, history, bin


def test_writes_many_with_a_code_for_each(sync):
    number = sync.new_item()["id"]
    parts = [
        (f"{ITEMS}/{number}", [{"op": "test", "path": "/rev", "value": 1}, add(TITLE, "A")]),
        (f"{ITEMS}/{number}", [{"op": "test", "path": "/rev", "value": 1}, add(TITLE, "B")]),
        (f"{ENGINEERING}/workitems/$Task", [add(TITLE, "C")]),
        (f"{ITEMS}/99", [add(TITLE, "D")]),
    ]
    body = [
        {"method": "PATCH", "uri": f"{uri}?api-version=7.1", "headers": PATCH, "body": patch}
        for uri, patch in parts
    ]

    answer = sync.call("PATCH", "/_apis/wit/$batch", json=body).json()

    assert [one["code"] for one in answer["value"]] == [200, 412, 200, 404]
    assert json.loads(answer["value"][2]["body"])["fields"][TITLE] == "C"
    assert sync.item(number)["fields"][TITLE] == "A"


def test_takes_no_more_than_200_at_once(sync):
    ids = list(range(1, 202))

    refused = sync.send_loosely("POST", "/_apis/wit/workitemsbatch", json={"ids": ids})

    assert refused.status_code == 400


def test_reads_many_and_leaves_out_the_missing_where_asked(sync):
    number = sync.new_item()["id"]
    body = {"ids": [99, number], "fields": [TITLE]}

    refused = sync.call("POST", "/_apis/wit/workitemsbatch", json=body)
    found = sync.call(
        "POST", "/_apis/wit/workitemsbatch", json={**body, "errorPolicy": "omit"}
    ).json()

    assert refused.status_code == 404
    assert found["value"][0] is None
    assert found["value"][1]["fields"] == {TITLE: "Login fails"}


def test_shows_an_item_as_it_was(sync):
    made = sync.new_item()
    sync.patch_item(made["id"], add(TITLE, "Later"))

    then = sync.item(made["id"], asOf=made["fields"]["System.ChangedDate"])
    first = sync.call("GET", f"/_apis/wit/workItems/{made['id']}/revisions/1").json()

    assert then["fields"][TITLE] == first["fields"][TITLE] == "Login fails"


def test_tells_old_and_new_in_its_updates(sync, ken):
    number = sync.new_item()["id"]
    ken.edit(number, title="Ken's")

    changes = sync.call("GET", f"/_apis/wit/workItems/{number}/updates").json()["value"]

    assert changes[1]["fields"][TITLE] == {"oldValue": "Login fails", "newValue": "Ken's"}
    assert changes[1]["revisedBy"]["uniqueName"] == "ken@example.com"


def test_deletes_into_a_bin_and_restores(sync, admin):
    number = sync.new_item()["id"]
    sync.call("DELETE", f"{ITEMS}/{number}")
    gone = sync.call("GET", f"{ITEMS}/{number}")
    back = sync.call("PATCH", f"/_apis/wit/recyclebin/{number}", json={"isDeleted": False})

    assert (gone.status_code, back.status_code) == (404, 200)
    assert sync.find("[System.Id] > 0") == [number]


def test_destroys_only_for_whom_may(sync, admin):
    number = sync.new_item()["id"]
    sync.call("DELETE", f"{ITEMS}/{number}")
    path = f"/_apis/wit/recyclebin/{number}"

    refused, done = sync.call("DELETE", path), admin.call("DELETE", path)

    assert (refused.status_code, done.status_code) == (403, 200)
    assert sync.call("GET", path).status_code == 404


def test_keeps_fields_and_expansion_apart(sync):
    number = sync.new_item()["id"]
    params = {"fields": TITLE, "$expand": "relations"}

    refused = sync.call("GET", f"{ITEMS}/{number}", params=params)

    assert "expand parameter can not be used" in refused.json()["message"]
