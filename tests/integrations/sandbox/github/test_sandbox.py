"""The sandbox as tests use it: what is kept, levers, the command."""

import pytest
import requests

from integrations.sandbox.github.errors import GitHubError
from integrations.sandbox.github.sandbox import SandboxGitHub
from tests.integrations.sandbox.conftest import TOKENS
from tests.integrations.sandbox.github.conftest import SHOP
from tests.integrations.sandbox.test_main import running


def test_keeps_everything_in_its_folder(tmp_path):
    with SandboxGitHub(TOKENS, data=tmp_path) as sandbox:
        ken = sandbox.as_human()
        ken.create("acme/shop", "Login fails", labels=["billing"])
        ken.comment("acme/shop#1", "Seen")

    with SandboxGitHub(TOKENS, data=tmp_path) as again:
        ken = again.as_human()

        assert ken.labels("acme/shop#1") == ["billing"]
        assert [comment.body for comment in ken.comments("acme/shop#1")] == ["Seen"]
        assert ken.key(ken.create("acme/shop", "Next")) == "acme/shop#2"


def test_seeds_and_resets(github):
    github.change_state({"seed": True})
    seeded = github.state()["issues"]
    github.change_state({"reset": True})

    assert (seeded, github.is_empty()) == (7, True)
    assert github.as_human().create("acme/shop", "x").number == 1


def test_has_rights_as_everybody_else(github, ken):
    reader = github.as_human("reader")
    ken.create("acme/shop", "x")

    with pytest.raises(GitHubError, match="Must have admin rights"):
        reader.edit("acme/shop#1", title="Not mine")
    with pytest.raises(GitHubError, match="Must have admin rights"):
        ken.delete("acme/shop#1")


def test_refuses_a_token_for_nobody():
    with pytest.raises(ValueError, match="No such account: ghost"):
        SandboxGitHub({"ghost": "x"})


def test_changes_an_account_over_http(sync, github):
    change = {"permissions": {"issues": "read"}, "hidden_repositories": ["acme/ops"]}

    changed = sync.put(f"{github.url}/_sandbox/accounts/sync", json=change, timeout=10)
    wrong = sync.put(f"{github.url}/_sandbox/accounts/sync", json={"role": "king"}, timeout=10)

    assert (changed.status_code, wrong.status_code) == (200, 400)
    assert sync.call("GET", "/repos/acme/ops").status_code == 404
    assert sync.call("GET", f"{SHOP}/hooks").status_code == 403


def test_starts_from_the_command_line():
    with running("--tracker", "github", "--seed") as (_, url), requests.Session() as session:
        session.headers["Authorization"] = "token s3cret"
        found = session.get(f"{url}{SHOP}/issues/1", timeout=10)

    assert found.json()["title"].startswith("Signing in")
