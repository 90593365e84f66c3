"""Our texts as items: what shows as a new line here is one there, and spelling stays."""

import pytest

from integrations.base.items import Rich, Want
from tests.integrations.connectors.contract import MARKER

WRITTEN = "First line\nsecond line\n\n* a\n* b"
SAID = "First line\\\nsecond line\n\n- a\n- b"


@pytest.fixture(params=["Defect", "Test Case"])
def item(request, connector, scope):
    fields = {"title": "Login", "description": Rich(WRITTEN)}
    return connector.create(scope, request.param, fields, MARKER)


def stored(connector, item):
    want = Want(frozenset({"description"}))
    return connector.fetch([item.ref], want)[item.ref].fields["description"]


def test_a_new_line_is_a_line_break(connector, item):
    assert stored(connector, item).md == SAID


def test_what_says_the_same_keeps_its_spelling(connector, item):
    connector.update(item, {"description": Rich(SAID), "title": "Sign in"})

    assert stored(connector, item).native == WRITTEN


def test_what_says_something_else_is_written(connector, item):
    connector.update(item, {"description": Rich("Other.")})

    assert stored(connector, item) == Rich("Other.")


def test_brings_only_what_was_wanted(connector, item):
    found = connector.fetch([item.ref], Want(frozenset({"title", "no_such_field"})))[item.ref]

    assert set(found.fields) == {"title"}
