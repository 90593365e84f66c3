"""Who may: tokens, scopes, permissions, roles; and what is hidden."""

import http.client

import pytest

from tests.integrations.sandbox.github.conftest import SHOP


def message(response):
    return response.status_code, response.json()["message"]


def test_tells_who_calls(sync):
    me = sync.call("GET", "/user")

    assert (me.json()["login"], me.json()["id"]) == ("sync", 5002)
    assert me.headers["X-OAuth-Scopes"] == "repo"


@pytest.mark.parametrize("scheme", ["Bearer", "token", "bearer"])
def test_takes_a_token_under_either_name(as_account, github, scheme):
    caller = as_account()
    caller.headers["Authorization"] = f"{scheme} {github.account('sync').token}"

    assert caller.call("GET", "/user").status_code == 200


@pytest.mark.parametrize("value", ["Bearer wrong", "Bearer ", "nonsense"])
def test_refuses_a_wrong_token_everywhere(as_account, value):
    caller = as_account()
    caller.headers["Authorization"] = value

    assert message(caller.call("GET", "/user")) == (401, "Bad credentials")
    assert caller.call("GET", "/repos/acme/handbook").status_code == 401


def test_refuses_the_token_of_an_account_that_was_switched_off(sync, github):
    github.change_account("sync", {"is_active": False})

    assert sync.call("GET", "/user").status_code == 401


def test_asks_nobody_for_a_login(as_account):
    nobody = as_account()

    assert message(nobody.call("GET", "/user")) == (401, "Requires authentication")
    assert nobody.call("GET", "/repos/acme/handbook").status_code == 200
    assert nobody.call("GET", SHOP).status_code == 404


def test_hides_what_an_account_may_not_see(as_account, github, sync):
    github.change_account("sync", {"hidden_repositories": ["acme/ops"]})

    seen = [one["full_name"] for one in sync.call("GET", "/user/repos").json()]

    assert seen == ["acme/shop", "acme/handbook"]
    assert message(sync.call("GET", "/repos/acme/ops/issues")) == (404, "Not Found")
    assert message(as_account("outsider").call("GET", SHOP)) == (404, "Not Found")


def test_opens_no_private_repository_without_the_scope(sync, github):
    github.change_account("sync", {"scopes": ["public_repo"]})

    assert sync.call("GET", SHOP).status_code == 404
    assert sync.call("GET", "/repos/acme/handbook").headers["X-OAuth-Scopes"] == "public_repo"


def test_holds_a_fine_grained_token_to_its_permissions(sync, github):
    github.change_account("sync", {"permissions": {"metadata": "read", "issues": "read"}})

    read = sync.call("GET", f"{SHOP}/issues")
    refused = sync.call("POST", f"{SHOP}/issues", json={"title": "x"})

    assert (read.status_code, "X-OAuth-Scopes" in read.headers) == (200, False)
    assert message(refused) == (403, "Resource not accessible by personal access token")


def test_refuses_to_read_what_a_fine_grained_token_was_not_given(sync, github):
    github.change_account("sync", {"permissions": {"metadata": "read"}})

    assert sync.call("GET", SHOP).status_code == 200
    assert sync.call("GET", f"{SHOP}/issues").status_code == 403
    assert sync.call("GET", f"{SHOP}/labels").status_code == 403


def test_tells_what_somebody_may(sync):
    path = f"{SHOP}/collaborators/{{}}/permission"

    found = {
        login: sync.call("GET", path.format(login)).json()["role_name"]
        for login in ("admin", "mia", "reader", "outsider")
    }

    assert found == {"admin": "admin", "mia": "write", "reader": "read", "outsider": "none"}
    assert sync.call("GET", path.format("nobody")).status_code == 404


def test_tells_what_the_caller_may(sync, as_account):
    own = sync.call("GET", SHOP).json()["permissions"]
    readers = as_account("reader").call("GET", SHOP).json()["permissions"]

    assert (own["push"], own["admin"]) == (True, False)
    assert (readers["pull"], readers["push"]) == (True, False)


def test_lists_who_can_be_assigned(sync):
    logins = [one["login"] for one in sync.call("GET", f"{SHOP}/assignees").json()]

    assert {"ken", "mia", "sync"} <= set(logins)
    assert "reader" not in logins
    assert sync.call("GET", f"{SHOP}/assignees/Ken").status_code == 204
    assert sync.call("GET", f"{SHOP}/assignees/reader").status_code == 404


def test_asks_for_a_user_agent(github):
    host = github.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", "/user")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()

    assert answer.status == 403
    assert "User-Agent" in text


def test_knows_one_version_of_the_api(sync):
    sync.headers["X-GitHub-Api-Version"] = "2021-01-01"

    assert sync.send_loosely("GET", "/user").status_code == 400


def test_knows_no_other_verbs_and_paths(sync):
    sync.new_issue()

    wrong = sync.put(f"{sync.sandbox.url}{SHOP}/issues/1", json={"title": "x"}, timeout=10)

    assert message(wrong) == (404, "Not Found")
    assert message(sync.call("GET", f"{SHOP}/issues/99")) == (404, "Not Found")


def test_answers_below_the_path_of_an_enterprise_server(sync):
    sync.new_issue()

    found = sync.call("GET", f"/api/v3{SHOP}/issues/1")

    assert found.json()["url"] == f"{sync.sandbox.url}/api/v3{SHOP}/issues/1"
    assert found.json()["html_url"] == f"{sync.sandbox.url}/acme/shop/issues/1"
    assert "X-GitHub-Enterprise-Version" in found.headers
    assert sync.call("GET", "/api/v3/meta").json()["installed_version"]


def test_points_from_an_old_name_of_a_repository(sync, github):
    sync.new_issue()
    github.as_human("admin").rename_repository("acme/shop", "store")

    pointed = sync.call("GET", f"{SHOP}/issues", params={"state": "all"})
    # 307 is in the guide on redirects, not in the contract.
    written = sync.post(f"{github.url}{SHOP}/issues", json={}, timeout=10, allow_redirects=False)

    assert pointed.status_code == 301
    assert pointed.headers["Location"].endswith("/repositories/7001/issues?state=all")
    assert sync.call("GET", pointed.headers["Location"]).json()[0]["number"] == 1
    assert written.status_code == 307
    assert sync.call("GET", "/repos/acme/store").json()["name"] == "store"
