"""Looking for things to link and people to map."""

import pytest

from tests.factories.defects import DefectFactory
from tests.factories.projects import ProjectFactory
from tests.integrations.connectors.platform.humans import Author, Human


@pytest.fixture
def things(ada, shop):
    """Return a defect and a case."""
    return Human(ada, shop).create("Login fails"), Author(ada, shop).create("Login works")


def keys(found):
    return [one.key for one in found]


def test_finds_by_key(connector, scope, things):
    for key in things:
        [found] = connector.search(scope, f" {key.lower()} ")
        assert (found.key, found.ref.id) == (key, key)


def test_finds_by_address(connector, scope, things):
    for key, path in zip(things, ("defects", "cases"), strict=True):
        url = f"http://here/{path}/{key[2:]}/"
        [found] = connector.search(scope, f"{url}?tab=history")
        assert (found.key, found.url) == (key, url)


def test_finds_nothing_at_another_address(connector, scope, things):
    assert connector.search(scope, f"http://there/defects/{things[0][2:]}/") == []


def test_finds_by_words_of_the_title_the_newest_change_first(connector, scope, things):
    defect, case = things

    assert keys(connector.search(scope, "LOGIN")) == [case, defect]
    assert keys(connector.search(scope, "fails log")) == [defect]
    assert keys(connector.search(scope, "login", limit=1)) == [case]
    assert connector.search(scope, "100%") == []
    assert connector.search(scope, "  ") == []


def test_says_what_it_found(connector, scope, things):
    case, defect = connector.search(scope, "login")

    assert (case.type, case.title, case.status) == ("Test Case", "Login works", "Ready")
    assert (defect.type, defect.title, defect.status) == ("Defect", "Login fails", "Open")


def test_looks_in_its_project_only(connector, scope):
    key = DefectFactory(project=ProjectFactory(), title="Secret").key

    assert connector.search(scope, key) == []
    assert connector.search(scope, "Secret") == []


def test_searches_in_a_fixed_number_of_statements(
    connector, scope, things, django_assert_num_queries
):
    with django_assert_num_queries(4):
        connector.search(scope, "login")


@pytest.mark.parametrize("text", ["tom@example.com", "TOM", " tom@"])
def test_finds_members_by_e_mail_and_name(connector, scope, tom, text):
    [found] = connector.find_people(scope, text)

    assert (found.id, found.email) == (str(tom.pk), "tom@example.com")


def test_finds_no_stranger(connector, scope, sam):
    assert connector.find_people(scope, "sam") == []
    assert connector.find_people(scope, " ") == []
