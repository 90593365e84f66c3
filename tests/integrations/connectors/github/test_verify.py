import socket

import pytest
import responses

from integrations.sandbox.gate import Outage

SHOP = "acme/shop"


def failed(verified):
    return [check for check in verified.checks if not check.is_ok]


def test_tells_who_we_are_and_what_we_may_do(connector, github):
    verified = connector.verify(SHOP)

    assert verified.is_ok
    assert (verified.account_id, verified.account_name) == (str(github.account("sync").id), "sync")
    assert verified.version == "GitHub"
    assert verified.server_now is not None
    assert [check.name for check in verified.checks] == [
        "Address",
        "Sign-in",
        "Repository",
        "Issues",
        "Labels and assignees",
        "Branch",
    ]


def test_leaves_nothing_behind(connector, github):
    connector.verify(SHOP)

    assert github.issues() == []


def test_needs_no_repository(connector):
    assert [check.name for check in connector.verify().checks] == ["Address", "Sign-in"]


def test_names_an_enterprise_server(connect):
    url = "https://git.example.com"
    headers = {"X-GitHub-Enterprise-Version": "3.17.2"}

    with responses.RequestsMock() as wire:
        wire.get(f"{url}/api/v3/user", json={"login": "sync", "id": 7}, headers=headers)
        verified = connect(base_url=f"{url}/acme/shop").verify()

    assert verified.version == "GitHub Enterprise Server 3.17.2"


def test_names_a_wrong_token(connect):
    verified = connect(credentials={"token": "wrong"}).verify(SHOP)

    [check] = failed(verified)
    assert (check.name, check.message) == ("Sign-in", "GitHub does not accept our token.")
    assert "make a new one" in check.fix
    assert verified.is_refused


def test_names_a_classic_token_without_a_scope(connector, github):
    github.change_account("sync", {"scopes": ["read:user"]})

    verified = connector.verify(SHOP)

    [check] = failed(verified)
    assert (check.name, check.message) == (
        "Sign-in",
        "The token of sync may not touch repositories.",
    )
    assert "“repo”" in check.fix
    assert verified.is_refused


def test_names_an_address_where_nothing_answers(connect):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

    [check] = connect(base_url=url).verify().checks

    assert (check.name, check.message) == ("Address", f"Nothing answers at {url}.")


def test_names_an_address_inside_where_that_is_not_allowed(connect):
    [check] = connect(is_private_allowed=False).verify().checks

    assert check.message == "127.0.0.1 is an address inside a private network."


@pytest.mark.parametrize("answer", [{"json": {}}, {"json": [1]}, {"status": 404, "json": {}}])
def test_names_a_server_that_is_no_github(connect, answer):
    with responses.RequestsMock() as wire:
        wire.get("https://git.example.com/api/v3/user", **answer)
        [check] = connect(base_url="https://git.example.com").verify().checks

    assert (check.name, check.message) == ("Address", "What answers there is not GitHub.")
    assert "https://github.com" in check.fix


@pytest.mark.parametrize("scope", ["acme/nope", "nope", "../user"])
def test_names_a_repository_that_is_not_there(connector, scope):
    [check] = failed(connector.verify(scope))

    assert check.name == "Repository"
    assert scope in check.message
    assert check.fix


def test_names_a_repository_that_is_hidden(connector, github):
    github.change_account("sync", {"hidden_repositories": [SHOP]})

    [check] = failed(connector.verify(SHOP))

    assert check.message == "There is no repository acme/shop that sync can see."
    assert "Repository access" in check.fix


def test_names_a_repository_without_issues(connector, github):
    github.as_human("admin").switch_issues(SHOP, is_on=False)

    [check] = failed(connector.verify(SHOP))

    assert (check.name, check.message) == ("Issues", "acme/shop has no issues.")


def test_names_an_archived_repository(connector, github):
    github.as_human("admin").archive(SHOP)

    [check] = failed(connector.verify(SHOP))

    assert (check.name, check.message) == (
        "Issues",
        "acme/shop is archived, so nobody can write.",
    )


def test_names_a_fine_grained_token_that_only_reads(connector, github):
    github.change_account("sync", {"permissions": {"metadata": "read", "issues": "read"}})

    [check] = failed(connector.verify(SHOP))

    assert (check.name, check.message) == ("Issues", "sync may not write issues in acme/shop.")
    assert "Issues: read and write" in check.fix


def test_names_an_account_that_may_not_label(connector, github):
    github.change_account("sync", {"role": "read"})

    [check] = failed(connector.verify(SHOP))

    assert check.name == "Labels and assignees"
    assert "GitHub drops them" in check.message
    assert "“Write”" in check.fix


def test_names_a_token_that_may_not_read_branches(connect):
    api = "https://git.example.com/api/v3"
    shop = {"full_name": SHOP, "default_branch": "main", "permissions": {"push": True}}
    token = {"token": "t", "branch": "main"}

    with responses.RequestsMock() as wire:
        wire.get(f"{api}/user", json={"login": "sync", "id": 7})
        wire.get(f"{api}/repos/{SHOP}", json=shop)
        wire.post(f"{api}/repos/{SHOP}/issues", status=422, json={"message": "Validation Failed"})
        message = "Resource not accessible by personal access token"
        wire.get(f"{api}/repos/{SHOP}/branches/main", status=403, json={"message": message})
        verified = connect(base_url="https://git.example.com", credentials=token).verify(SHOP)

    [check] = failed(verified)
    assert check.message == "The token may not read the branches of acme/shop."
    assert "Contents: read" in check.fix


@pytest.mark.parametrize("outage", [Outage.UNAVAILABLE, Outage.CLOSED])
def test_names_a_github_that_is_down(connector, github, outage):
    github.go_down(outage)

    verified = connector.verify()

    assert verified.checks[0].name == "Address"
    assert not verified.is_refused
