"""Forms of trackers: inputs come from the connector, secrets never go back to a page."""

import pytest

from integrations.base.items import Scope
from integrations.connectors.jira.connector import JiraConnector
from integrations.forms import AccessForm, ScopeForm, SystemForm

INPUTS = JiraConnector.config_fields
FILLED = {
    "base_url": "https://jira.example",
    "username": "sync@example.com",
    "token": "s3cret",
    "name": "Jira",
}


def test_asks_for_what_the_connector_names_in_order():
    form = SystemForm(INPUTS, may_allow_private=True)

    assert list(form.fields) == ["base_url", "username", "token", "name", "is_private_allowed"]


def test_gives_the_credentials_by_their_names():
    form = SystemForm(INPUTS, FILLED, may_allow_private=False)

    assert form.is_valid()
    assert form.credentials == {"username": "sync@example.com", "token": "s3cret"}


@pytest.mark.parametrize("missing", ["base_url", "token", "name"])
def test_names_what_is_missing(missing):
    form = SystemForm(INPUTS, FILLED | {missing: ""}, may_allow_private=False)

    assert list(form.errors) == [missing]


def test_only_administrators_of_the_installation_may_allow_private_addresses():
    sent = FILLED | {"is_private_allowed": "on"}

    assert not _valid(SystemForm(INPUTS, sent, may_allow_private=False)).is_private
    assert _valid(SystemForm(INPUTS, sent, may_allow_private=True)).is_private


def test_a_kept_secret_may_stay_empty_and_is_never_rendered():
    initial = {"base_url": "https://jira.example", "username": "sync@example.com", "token": "kept"}

    form = AccessForm(INPUTS, may_allow_private=False, initial=initial)

    assert not form.fields["token"].required
    assert "kept" not in str(form)
    assert "sync@example.com" in str(form)


def test_a_refused_form_does_not_send_the_secret_back():
    form = SystemForm(INPUTS, FILLED | {"base_url": "nonsense"}, may_allow_private=False)

    assert not form.is_valid()
    assert "s3cret" not in str(form)


def test_a_scope_is_chosen_among_those_offered():
    scopes = [Scope("10000", "ENG", "Engineering"), Scope("10001", "OPS", "Operations")]

    assert _valid(ScopeForm(scopes, {"scope": "10001"})).chosen.key == "OPS"
    assert not ScopeForm(scopes, {"scope": "1"}).is_valid()


def _valid(form):
    assert form.is_valid(), form.errors
    return form
