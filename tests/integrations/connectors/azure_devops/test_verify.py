import pytest
import responses

from integrations.base.errors import RateLimitedError
from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS, TOKENS


def failed(verified):
    return [check for check in verified.checks if not check.is_ok]


def test_tells_who_we_are_and_what_we_may_do(connector, azure):
    verified = connector.verify(ENG)

    assert verified.is_ok
    assert verified.account_name == "Test Platform"
    assert verified.account_id == azure.account("sync").identity
    assert verified.version == "Services"
    assert verified.server_now is not None
    names = ["Address", "Sign-in", "Project", "Read work items", "Write work items"]
    assert [check.name for check in verified.checks] == names


def test_takes_a_missing_field_for_a_right_to_write(connector):
    verified = connector.verify(OPS)

    assert verified.is_ok
    assert verified.checks[-1].message == "Test Platform may write work items in Operations."


def test_stores_nothing(connector, azure):
    connector.verify(ENG)

    assert azure.is_empty()


def test_needs_no_project(connector):
    assert [check.name for check in connector.verify().checks] == ["Address", "Sign-in"]


def test_says_that_a_token_is_wrong(connect):
    verified = connect(credentials={"token": "wrong"}).verify(ENG)

    [check] = failed(verified)
    assert (check.name, check.message) == ("Sign-in", "Azure DevOps does not accept the token.")
    assert "Work Items: Read & write" in check.fix
    assert verified.is_refused


def test_says_that_a_token_has_expired(connector, azure):
    azure.change_account("sync", {"is_active": False})

    [check] = failed(connector.verify(ENG))

    assert check.name == "Sign-in"


def test_names_a_project_that_we_cannot_see(connector, azure):
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    [check] = failed(connector.verify(ENG))

    assert check.name == "Project"
    assert "Contributors" in check.fix


def test_names_a_missing_scope_for_reading(connector, azure):
    azure.change_account("sync", {"scopes": []})

    [check] = failed(connector.verify(ENG))

    assert check.name == "Read work items"
    assert "Work Items: Read & write" in check.fix


def test_names_a_missing_scope_for_writing(connector, azure):
    azure.change_account("sync", {"scopes": ["vso.work"]})

    [check] = failed(connector.verify(ENG))

    assert check.name == "Write work items"
    assert "Work Items: Read & write" in check.fix


def test_names_a_missing_right_to_write(connect):
    [check] = failed(connect(credentials={"token": TOKENS["reader"]}).verify(ENG))

    assert check.name == "Write work items"
    assert check.message.startswith("Rita Reed may not write work items in Engineering:")


@pytest.mark.parametrize("base_url", ["https://dev.azure.com", "https://dev.azure.com/"])
def test_wants_an_organisation(connect, base_url):
    [check] = failed(connect(base_url=base_url).verify())

    assert check.message == "The address names no organisation."
    assert "https://dev.azure.com/example" in check.fix


def test_knows_an_address_with_a_project_in_it(connect, azure):
    [check] = failed(connect(base_url=f"{azure.url}/Engineering").verify())

    assert check.name == "Address"
    assert "without a project" in check.fix


def test_knows_another_service(connect):
    with responses.RequestsMock() as wire:
        wire.get("https://jira.example.com/_apis/connectionData", json={"version": "9"})
        [check] = failed(connect(base_url="https://jira.example.com").verify())

    assert check.message == "What answers there is not Azure DevOps."


def test_knows_the_sign_in_page(connect):
    with responses.RequestsMock() as wire:
        wire.get(
            "https://dev.azure.com/example/_apis/connectionData",
            status=203,
            body="<html>Sign in</html>",
            content_type="text/html",
        )
        [check] = failed(connect(base_url="https://dev.azure.com/example").verify())

    assert check.name == "Sign-in"


def test_takes_nobody_for_a_refusal(connect):
    nobody = {"authenticatedUser": {"id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}}
    with responses.RequestsMock() as wire:
        wire.get("https://dev.azure.com/example/_apis/connectionData", json=nobody)
        verified = connect(base_url="https://dev.azure.com/example").verify()

    assert failed(verified)[0].message == "Azure DevOps takes us for nobody."
    assert not verified.account_id


def test_tells_a_server_from_the_service(connect):
    us = {"id": "1", "providerDisplayName": "Sync"}
    with responses.RequestsMock() as wire:
        wire.get(
            "https://tfs.example.com/tfs/Main/_apis/connectionData",
            json={"authenticatedUser": us, "deploymentType": "onPremises"},
        )
        verified = connect(base_url="https://tfs.example.com/tfs/Main/").verify()

    assert (verified.is_ok, verified.version) == (True, "Server")


def test_is_not_refused_when_asked_to_wait(connector, azure):
    azure.faults(
        Fault(
            FaultKind.RATE_LIMIT,
            body='{"message": "TF400733"}',
            headers={"Retry-After": "7", "Content-Type": "application/json"},
        )
    )

    verified = connector.verify(ENG)

    assert not verified.is_ok
    assert isinstance(verified.failed.error, RateLimitedError)
    assert not verified.is_refused
