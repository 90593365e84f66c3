"""The visible cross-reference, and deleting for good."""

import pytest

from integrations.base.errors import DeniedError
from integrations.base.items import Gone, Ref, Want
from integrations.sandbox.jira.model import RemoteLink

ENG = "10000"
HERE = "https://qa.example.com/defects/1/"


@pytest.fixture
def item(connector):
    return connector.create(ENG, "Bug", {"summary": "Login fails"}, "m1")


def links(jira, item):
    with jira.site.work():
        return [
            link.content["object"] for link in jira.site.store.children(RemoteLink, item.ref.id)
        ]


def test_shows_our_item_on_the_issue_once(connector, jira, item):
    connector.mention_link(item.ref, "D-1", HERE, "Login fails")
    connector.mention_link(item.ref, "D-1", HERE, "Login works")

    assert links(jira, item) == [{"url": HERE, "title": "D-1 Login works"}]


def test_names_a_link_of_any_length(connector, jira, item):
    for address in (f"{HERE}?{'a' * 500}", f"{HERE}?{'b' * 500}"):
        connector.mention_link(item.ref, "D-1", address, "x" * 500)

    assert len(links(jira, item)) == 2


def test_deletes_an_issue_and_does_not_mind_a_second_time(connector, jira, item):
    held = jira.account("sync").permissions | {"DELETE_ISSUES"}
    jira.change_account("sync", {"permissions": held})

    connector.delete(item.ref)
    connector.delete(item.ref)

    assert connector.fetch([item.ref], Want(frozenset())) == {item.ref: Gone()}


def test_says_that_it_may_not_delete(connector, item):
    with pytest.raises(DeniedError) as refusal:
        connector.delete(item.ref)

    assert len(refusal.value.message.split()) > 2


def test_may_not_mention_on_what_it_may_not_edit(connector, jira, item):
    held = jira.account("sync").permissions - {"EDIT_ISSUES"}
    jira.change_account("sync", {"permissions": held})

    with pytest.raises(DeniedError):
        connector.mention_link(Ref(item.ref.system, ENG, item.ref.id), "D-1", HERE, "Login")
