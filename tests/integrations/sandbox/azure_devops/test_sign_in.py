"""Who is let in, what a token is good for, and what the service says to others."""

import pytest
import requests

from tests.integrations.sandbox.azure_devops.conftest import ITEMS, add

_PROJECTS = "/_apis/projects?api-version=7.1"


def knock(azure, **options):
    with requests.Session() as session:
        return session.get(azure.url + _PROJECTS, timeout=10, allow_redirects=False, **options)


def test_sends_nobody_to_the_sign_in_page(azure):
    response = knock(azure)
    with requests.Session() as session:
        page = session.get(response.headers["Location"], timeout=10)

    assert response.status_code == 302
    assert "Sign In" in page.text


def test_answers_a_wrong_token_with_a_page_that_looks_like_success(azure):
    response = knock(azure, auth=("", "wrong"))

    assert response.status_code == 203
    assert response.headers["Content-Type"].startswith("text/html")


def test_answers_a_wrong_token_clearly_where_asked_to(azure):
    response = knock(azure, auth=("", "wrong"), headers={"X-TFS-FedAuthRedirect": "Suppress"})

    assert response.status_code == 401
    assert response.text.startswith("TF400813")


def test_takes_any_user_with_a_token(azure):
    assert knock(azure, auth=("whoever", azure.account("sync").token)).status_code == 200


def test_says_that_a_token_has_expired(azure, sync):
    azure.change_account("sync", {"is_active": False})

    response = sync.call("GET", "/_apis/projects")

    assert response.status_code == 401
    assert response.json()["message"].endswith("The Personal Access Token used has expired.")


def test_lets_a_reading_token_read_only(azure, sync):
    number = sync.new_item()["id"]
    azure.change_account("sync", {"scopes": ["vso.work"]})

    refused = sync.patch_item(number, add("System.Title", "x"))

    assert sync.find("[System.Id] > 0") == [number]
    assert (refused.status_code, refused.json()["message"][:8]) == (403, "TF400813")


def test_lets_a_token_without_scope_see_projects_but_no_items(azure, sync):
    azure.change_account("sync", {"scopes": []})

    assert sync.call("GET", "/_apis/projects").status_code == 200
    assert sync.call("GET", "/_apis/wit/fields").status_code == 403


def test_refuses_a_reader_who_writes(as_account):
    response = as_account("reader").post_item(add("System.Title", "Mine"))

    assert response.status_code == 403
    assert response.json()["message"].startswith("TF237111")


def test_hides_everything_from_an_outsider(as_account, sync):
    number = sync.new_item()["id"]
    outsider = as_account("outsider")

    assert outsider.call("GET", "/_apis/projects").json()["value"] == []
    assert outsider.call("GET", "/_apis/projects/Engineering").status_code == 404
    assert outsider.call("GET", f"{ITEMS}/{number}").status_code == 404


def test_hides_a_project_from_whom_it_is_hidden(azure, sync):
    number = sync.new_item()["id"]
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    assert sync.find("[System.Id] > 0") == []
    assert sync.call("GET", f"{ITEMS}/{number}").json()["message"].startswith("TF401232")


def test_tells_who_calls_in_a_preview_only(sync):
    path = "/_apis/connectionData"

    me = sync.call("GET", path).json()["authenticatedUser"]
    refused = sync.send_loosely("GET", path, params={"api-version": "7.1"})

    assert me["providerDisplayName"] == "Test Platform"
    assert refused.json()["typeKey"] == "VssInvalidPreviewVersionException"


@pytest.mark.parametrize(
    ("version", "error"),
    [(None, "VssVersionNotSpecifiedException"), ("9.9", "VssVersionOutOfRangeException")],
)
def test_wants_a_version_with_every_write(sync, version, error):
    number = sync.new_item()["id"]

    refused = sync.send_loosely("DELETE", f"{ITEMS}/{number}", params={"api-version": version})

    assert (refused.status_code, refused.json()["typeKey"]) == (400, error)


def test_asks_to_slow_down_with_success_where_told_to(azure, sync):
    azure.change_state({"throttle": 7})

    headers = sync.call("GET", "/_apis/projects").headers

    assert (headers["Retry-After"], headers["X-RateLimit-Remaining"]) == ("7", "0")


def test_ignores_the_case_of_paths(azure, sync):
    number = sync.new_item()["id"]

    response = sync.get(f"{azure.url}/ENGINEERING/_APIS/Wit/WorkItems/{number}", timeout=10)

    assert response.json()["id"] == number


def test_says_in_plain_text_that_there_is_no_such_resource(azure, sync):
    response = sync.get(f"{azure.url}/Engineering/_apis/wit/workItems/zero", timeout=10)

    assert (response.status_code, response.headers["Content-Type"][:10]) == (404, "text/plain")
