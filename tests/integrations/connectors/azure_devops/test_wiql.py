from datetime import UTC, datetime

import pytest

from integrations.base.errors import InvalidError
from integrations.connectors.azure_devops import wiql

HERE = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project"


def test_asks_for_ids_above_one_in_their_order():
    assert wiql.within("", "7") == f"{HERE} AND [System.Id] > 7 ORDER BY [System.Id]"


@pytest.mark.parametrize(
    "query",
    [
        "[System.State] = 'New'",
        "SELECT [System.Id] FROM WorkItems WHERE [System.State] = 'New'",
        "select [System.Id] from workitems where [System.State] = 'New' ORDER  BY [System.Id] DESC",
        "[System.State] = 'New' asof '2026-01-01'",
    ],
)
def test_takes_only_the_condition_of_a_query(query):
    assert "> 0 AND ([System.State] = 'New') ORDER BY [System.Id]" in wiql.within(query, "0")


def test_knows_words_of_a_query_in_a_value():
    query = "[System.Title] = 'where order by ('' (' AND [System.Id] > 1"

    assert f"AND ({query})" in wiql.within(query, "0")


@pytest.mark.parametrize(
    "query", ["1=1) OR (1=1", "([System.Id] = 1", "[System.Id] = 1)", "[System.Title] = 'open"]
)
def test_refuses_a_query_that_could_break_out_of_the_project(query):
    with pytest.raises(InvalidError):
        wiql.within(query, "0")


def test_asks_for_our_own_creations_to_the_millisecond():
    since = datetime(2026, 11, 22, 10, 0, 1, 2_345, tzinfo=UTC)

    assert "@me AND [System.CreatedDate] >= '2026-11-22T10:00:01.002Z'" in wiql.created_by_us(since)


def test_asks_for_each_word_of_a_title_by_itself():
    asked = wiql.titled("it's (not)  working*")

    words = [part.partition("'")[2] for part in asked.split("CONTAINS WORDS ")[1:]]
    assert [word.partition("'")[0] for word in words] == ["it", "s", "not", "working"]


def test_doubles_quotes():
    assert wiql.quoted("it's") == "'it''s'"
