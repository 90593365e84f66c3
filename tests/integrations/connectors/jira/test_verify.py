import socket

import pytest
import responses

from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.gate import Outage

ENG = "10000"
NO_JIRA = "Enter the address that comes before /browse/ when you look at an issue."


def failed(verified):
    return [check for check in verified.checks if not check.is_ok]


def test_tells_who_we_are_and_what_we_may_do(connector, deployment, jira):
    verified = connector.verify(ENG)

    account = jira.account("sync")
    assert verified.is_ok
    assert verified.account_name == "Test Platform"
    assert verified.account_id == (account.account_id if deployment == "cloud" else account.key)
    assert verified.version.startswith("Cloud " if deployment == "cloud" else "Data Center 10")
    assert verified.server_now is not None
    assert [check.name for check in verified.checks] == [
        "Address",
        "Sign-in",
        "Project",
        "Create issues",
        "Edit issues",
        "Transition issues",
        "Add comments",
        "Create attachments",
    ]


def test_needs_no_project(connector):
    assert [check.name for check in connector.verify().checks] == ["Address", "Sign-in"]


def test_knows_a_project_by_its_key(connector):
    assert connector.verify("ENG").is_ok


def test_names_a_wrong_token(connect, deployment):
    username = "sync@example.com" if deployment == "cloud" else ""
    connector = connect(credentials={"username": username, "token": "wrong"})

    [check] = failed(connector.verify(ENG))

    assert (check.name, check.message) == ("Sign-in", "Jira does not accept our credentials.")
    assert ("e-mail" if deployment == "cloud" else "personal access token") in check.fix


def test_names_a_token_of_impossible_characters(connect):
    [check] = failed(connect(credentials={"username": "", "token": "a\nb"}).verify())

    assert (check.name, check.fix) == ("Sign-in", "Copy it again, whole.")


def test_names_an_address_where_nothing_answers(connect):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

    [check] = connect(base_url=url).verify().checks

    assert (check.name, check.message) == ("Address", f"Nothing answers at {url}.")
    assert check.fix == "Check the address and that the server is running."


def test_names_an_address_inside_where_that_is_not_allowed(connect):
    [check] = connect(is_private_allowed=False).verify().checks

    assert check.message == "127.0.0.1 is an address inside a private network."
    assert check.fix == "An administrator can allow private addresses for this system."


def test_names_a_wrong_path(connect, jira):
    [check] = connect(base_url=f"{jira.url}/wrong").verify().checks

    assert not check.is_ok
    assert (check.name, check.fix) == ("Address", NO_JIRA) or "web page" in check.message


@pytest.mark.parametrize("body", [{}, [], {"version": "1"}, "hello"])
def test_names_a_server_that_is_no_jira(connect, body):
    connector = connect(base_url="https://other.example.com")

    with responses.RequestsMock() as wire:
        wire.get("https://other.example.com/rest/api/2/serverInfo", json=body)
        [check] = connector.verify().checks

    assert (check.message, check.fix) == ("What answers there is not Jira.", NO_JIRA)


def test_names_a_project_that_is_not_there(connector):
    [check] = failed(connector.verify("NOPE"))

    assert check.message == "There is no project NOPE that Test Platform can see."
    assert "Browse projects" in check.fix


def test_names_a_project_that_is_hidden(connector, jira):
    jira.change_account("sync", {"hidden_projects": ["ENG"]})

    assert [check.name for check in failed(connector.verify(ENG))] == ["Project"]


@pytest.mark.parametrize(
    ("right", "name", "message"),
    [
        ("CREATE_ISSUES", "Create issues", "Test Platform may not create issues in ENG."),
        ("ADD_COMMENTS", "Add comments", "Test Platform may not comment in ENG."),
        (
            "TRANSITION_ISSUES",
            "Transition issues",
            "Test Platform may not change the status of issues in ENG.",
        ),
    ],
)
def test_names_a_missing_permission(connector, jira, right, name, message):
    held = jira.account("sync").permissions - {right}
    jira.change_account("sync", {"permissions": held})

    [check] = failed(connector.verify(ENG))

    assert (check.name, check.message) == (name, message)
    assert check.fix == f"Grant “{name}” in the project's permission scheme."


@pytest.mark.parametrize("outage", [Outage.UNAVAILABLE, Outage.CLOSED])
def test_names_a_jira_that_is_down(connector, jira, outage):
    connector.verify()
    jira.go_down(outage)

    [check] = connector.verify().checks

    assert check.name == "Address"
    assert "503" in check.message or "broke off" in check.message


def test_names_a_jira_that_answers_too_late(connector, jira, monkeypatch):
    monkeypatch.setattr(connector.site.anonymous, "_timeout", (1, 0.1))
    jira.faults(Fault(FaultKind.DELAY, seconds=0.5))

    [check] = connector.verify().checks

    assert check.message == f"{jira.url} took too long to answer."


def test_remembers_which_jira_it_is(connector, deployment):
    assert connector.verify().options == {"deployment": deployment}


def test_refuses_nobody_who_has_to_wait(connector, jira):
    jira.faults(Fault(FaultKind.RATE_LIMIT, path="/myself", headers={"Retry-After": "7"}))

    verified = connector.verify()

    assert not verified.is_refused
    assert verified.failed.name == "Sign-in"
    assert verified.failed.error.retry_after == 7


def test_a_wrong_token_is_refused(connect, deployment):
    username = "sync@example.com" if deployment == "cloud" else ""

    assert connect(credentials={"username": username, "token": "wrong"}).verify().is_refused
