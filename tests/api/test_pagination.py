import pytest

from tests.factories.cases import CaseFactory

CASES = "/api/testcases?project=SHOP"


@pytest.fixture
def cases(shop):
    return [CaseFactory(project=shop, title=title) for title in ("B", "C", "A")]


@pytest.mark.parametrize("cursor", ["", "cD0x"])
def test_refuses_an_order_of_a_walk_by_cursor(api_of, cases, tom, cursor):
    answer = api_of(tom).get(f"{CASES}&cursor={cursor}&ordering=title")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["ordering"]


def test_walks_all_by_cursor_the_newest_first(api_of, cases, tom):
    client, url, walked = api_of(tom), f"{CASES}&cursor=&limit=2", []

    while url:
        page = client.get(url).json()
        walked += [row["title"] for row in page["results"]]
        url = page["next"]

    assert walked == ["A", "C", "B"]
    assert "count" not in page


def test_orders_by_offset(api_of, cases, tom):
    rows = api_of(tom).get(f"{CASES}&offset=1&ordering=title").json()["results"]

    assert [row["title"] for row in rows] == ["B", "C"]
