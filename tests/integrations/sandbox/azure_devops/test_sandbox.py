"""The sandbox as tests use it: what is kept, people, faults, levers."""

import pytest
import requests

from integrations.sandbox.azure_devops.errors import VssError
from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.sandbox.azure_devops.conftest import ITEMS, add
from tests.integrations.sandbox.conftest import TOKENS


def test_keeps_everything_in_its_folder(tmp_path):
    with SandboxAzureDevOps(TOKENS, data=tmp_path) as sandbox:
        ken = sandbox.as_human()
        ken.create("Engineering", "Bug", title="Login fails", severity="2 - High")
        ken.comment(1, "Seen")
        ken.attach(1, "app.log", b"\x00")

    with SandboxAzureDevOps(TOKENS, data=tmp_path) as again:
        ken = again.as_human()

        assert ken.item(1).values["Microsoft.VSTS.Common.Severity"] == "2 - High"
        assert [comment.text for comment in ken.comments(1)] == ["<div>Seen</div>"]
        assert [file.name for file in ken.attachments(1)] == ["app.log"]
        assert ken.create("Engineering", "Bug", title="Next").number == 2


def test_moves_an_item_to_another_project(ken, sync):
    number = sync.new_item()["id"]

    ken.move(number, "Operations")

    fields = sync.item(number)["fields"]
    assert (fields["System.TeamProject"], fields["System.AreaPath"]) == ("Operations",) * 2
    assert sync.item(number)["rev"] == 2


def test_changes_the_type_of_an_item(ken, sync):
    number = sync.new_item()["id"]
    ken.set_status(number, "Resolved")

    ken.change_type(number, "Task")

    fields = sync.item(number)["fields"]
    assert (fields["System.WorkItemType"], fields["System.State"]) == ("Task", "New")


def test_has_rights_as_everybody_else(azure):
    with pytest.raises(VssError):
        azure.as_human("reader").create("Engineering", "Bug", title="Not mine to make")


def test_applies_and_then_drops_where_told_to(azure, sync, ken):
    number = sync.new_item()["id"]
    azure.faults(Fault(FaultKind.AFTER_APPLY, "PATCH", f"/workitems/{number}$"))

    with pytest.raises(requests.ConnectionError):
        sync.patch_item(number, add("System.Title", "Applied"))

    assert ken.item(number).values["System.Title"] == "Applied"
    assert [call.status for call in azure.calls("PATCH", ITEMS)] == [0]


def test_is_down_and_comes_back(azure, sync):
    azure.go_down()
    down = sync.send_loosely("GET", "/_apis/projects").status_code
    azure.come_back()

    assert (down, sync.call("GET", "/_apis/projects").status_code) == (503, 200)


def test_lives_by_a_clock_that_tests_set(azure, sync):
    azure.change_state({"clock_skew": 4_000_000_000})

    changed = sync.new_item()["fields"]["System.ChangedDate"]

    assert changed > "2150"


def test_pulls_levers_over_http(azure, sync):
    base = azure.url.rpartition("/")[0]
    state = sync.post(f"{base}/_sandbox/state", json={"wiql_limit": 5, "seed": True}, timeout=10)

    assert (state.json()["wiql_limit"], state.json()["items"]) == (5, 6)


def test_refuses_levers_that_it_does_not_have(azure):
    with pytest.raises(ValueError, match="moon_phase"):
        azure.change_state({"moon_phase": 3})


def test_refuses_a_token_for_nobody():
    with pytest.raises(ValueError, match="No such account: ghost"):
        SandboxAzureDevOps({"ghost": "x"})
