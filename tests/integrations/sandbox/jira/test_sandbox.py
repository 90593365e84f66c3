"""The sandbox as tests use it: what is kept, addresses, people."""

import pytest
import requests

from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.sandbox import SandboxJira
from tests.integrations.sandbox.conftest import TOKENS


def test_keeps_everything_in_its_folder(tmp_path, jira):
    kind = "cloud" if jira.site.face.deployment == "Cloud" else "server"
    with SandboxJira(TOKENS, kind, data=tmp_path) as sandbox:
        ken = sandbox.as_human()
        ken.create("ENG", "Bug", summary="Login fails", severity="Major")
        ken.comment("ENG-1", "Seen")
        ken.attach("ENG-1", "app.log", b"\x00")

    with SandboxJira(TOKENS, kind, data=tmp_path) as again:
        ken = again.as_human()

        assert ken.issue("ENG-1").values["customfield_10010"] == "10102"
        assert [ken.text(comment.body) for comment in ken.comments("ENG-1")] == ["Seen"]
        assert [file.filename for file in ken.attachments("ENG-1")] == ["app.log"]
        assert ken.create("ENG", "Bug", summary="Next").key == "ENG-2"


def test_lives_under_a_context_path():
    with SandboxJira(TOKENS, "server", context_path="/jira") as sandbox:
        headers = {"Authorization": f"Bearer {TOKENS['sync']}"}
        with requests.Session() as session:
            session.headers.update(headers)
            below = session.get(f"{sandbox.url}/rest/api/2/myself", timeout=10)
            beside = session.get(
                sandbox.url.removesuffix("/jira") + "/rest/api/2/myself", timeout=10
            )

    assert sandbox.url.endswith("/jira")
    assert below.json()["self"].startswith(f"{sandbox.url}/rest/api/2/user")
    assert beside.status_code == 404


def test_walks_to_a_status_and_back(jira):
    ken = jira.as_human()
    key = ken.create("ENG", "Task", summary="Walk").key

    ken.set_status(key, "Done", resolution="Won't Do")
    ken.set_status(key, "In Progress")

    assert ken.status(key) == "In Progress"


def test_knows_no_way_to_a_status_of_another_project(jira):
    ken = jira.as_human()
    key = ken.create("OPS", "Task", summary="Walk").key
    ken.set_status(key, "Closed")

    with pytest.raises(JiraError, match=r"No way leads to Open\."):
        ken.set_status(key, "Open")


def test_has_rights_as_everybody_else(jira):
    with pytest.raises(JiraError):
        jira.as_human("reader").create("ENG", "Bug", summary="Not mine to make")


def test_refuses_a_token_for_nobody():
    with pytest.raises(ValueError, match="No such account: ghost"):
        SandboxJira({"ghost": "x"})
