import pytest

from integrations.base.errors import InvalidError
from integrations.base.items import Want
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS

TITLE = Want(frozenset({"System.Title"}))
BARE = Want(frozenset())
WHOLE = Want(frozenset({"System.Title"}), comments=True, attachments=True)


def test_takes_a_census_in_pages(connector, ken, monkeypatch):
    monkeypatch.setattr("integrations.connectors.azure_devops.client.MOST_IDS", 2)
    monkeypatch.setattr("integrations.connectors.azure_devops.connector.MOST_IDS", 2)
    made = [str(ken.create("Engineering", "Task", title=f"Task {n}").number) for n in range(5)]

    assert list(connector.census(ENG, "")) == made


def test_takes_a_census_of_what_a_query_finds(connector, ken):
    ken.create("Engineering", "Task", title="Task")
    bug = ken.create("Engineering", "Bug", title="Bug")

    found = list(connector.census(ENG, "[System.WorkItemType] = 'Bug'"))

    assert found == [str(bug.number)]


def test_says_what_is_wrong_with_a_query(connector):
    with pytest.raises(InvalidError):
        list(connector.census(ENG, "[No.Such.Field] = 1"))


@pytest.mark.parametrize("text", ["#{}", "{}", "AB#{}", " {} "])
def test_finds_an_item_by_number(connector, bug, text):
    [found] = connector.search(ENG, text.format(bug.number))

    assert (found.key, found.title, found.status) == (f"#{bug.number}", "Login fails", "New")


@pytest.mark.parametrize(
    "path", ["/Engineering/_workitems/edit/{}", "/Engineering/_boards/x?workitem={}"]
)
def test_finds_an_item_by_address(connector, azure, bug, path):
    assert connector.search(ENG, azure.url + path.format(bug.number))[0].key == f"#{bug.number}"


def test_finds_nothing_by_the_address_of_another_organisation(connector, bug):
    url = f"https://dev.azure.com/other/Engineering/_workitems/edit/{bug.number}"

    assert connector.search(ENG, url) == []


def test_finds_nothing_in_another_project(connector, bug):
    assert connector.search(OPS, f"#{bug.number}") == []


def test_finds_a_number_in_a_title(connector, ken):
    item = ken.create("Engineering", "Bug", title="Error 4711")

    assert [found.key for found in connector.search(ENG, "4711")] == [f"#{item.number}"]


def test_finds_nothing_for_signs(connector, calls):
    assert connector.search(ENG, " '(*) ") == []
    assert calls == []


def test_finds_people_by_address_first(connector):
    found = connector.find_people(ENG, "mia@example.com")

    assert [(one.name, one.email) for one in found] == [("Mia Lund", "mia@example.com")]


def test_finds_people_by_a_part_of_the_name(connector):
    assert [one.name for one in connector.find_people(ENG, "lun")] == ["Mia Lund"]
    assert list(connector.find_people(ENG, "nobody")) == []
