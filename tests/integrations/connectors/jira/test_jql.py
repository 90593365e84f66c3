import pytest

from integrations.base.errors import InvalidError
from integrations.connectors.jira import jql


def test_asks_for_changes_in_the_order_of_change():
    assert jql.changed("10000", 1_700_000_000_000) == (
        "project = 10000 AND updated >= 1700000000000 ORDER BY updated ASC, key ASC"
    )


def test_quotes_names_that_hold_quotes():
    assert jql.quoted('a "b" \\') == '"a \\"b\\" \\\\"'


def test_asks_for_a_whole_project_without_a_query():
    assert jql.within("ENG", " ") == 'project = "ENG" ORDER BY id ASC'


def test_keeps_a_query_inside_the_project_and_drops_its_order():
    query = 'type = Bug AND (labels = a OR summary ~ "x) (y") Order  By created'

    assert jql.within("10000", query) == (
        'project = 10000 AND (type = Bug AND (labels = a OR summary ~ "x) (y")) ORDER BY id ASC'
    )


def test_leaves_order_by_in_a_text_alone():
    query = "summary ~ 'order by me'"

    assert jql.within("10000", query) == f"project = 10000 AND ({query}) ORDER BY id ASC"


@pytest.mark.parametrize(
    "query",
    [
        "x = 1) OR (project = SECRET",
        "x = 1) OR project = SECRET",
        "(x = 1",
        '(x = "a" order by y)',
    ],
)
def test_refuses_a_query_that_could_leave_the_project(query):
    with pytest.raises(InvalidError, match="brackets"):
        jql.within("10000", query)
