"""Looking for issues to link and for people to map, over the wire."""

import pytest

from integrations.base.errors import InvalidError, ScopeError

ENG, OPS = "10000", "10001"


@pytest.fixture
def issues(jira):
    """Return the keys of three issues; the last is in another project."""
    ken = jira.as_human("ken")
    return [
        ken.create("ENG", "Bug", summary='Login fails: "500" (again)').key,
        ken.create("ENG", "Bug", summary="Login works").key,
        ken.create("OPS", "Task", summary="Login, too", team="Payments").key,
    ]


def keys(found):
    return [one.key for one in found]


def test_finds_by_key_in_one_call(connector, issues, calls):
    connector.site.client  # noqa: B018  it is known which Jira this is
    calls.clear()

    [found] = connector.search(ENG, f" {issues[0].lower()} ")

    assert (found.key, found.type, found.status) == (issues[0], "Bug", "To Do")
    assert found.title == 'Login fails: "500" (again)'
    assert len(calls) == 1


@pytest.mark.parametrize(
    "path", ["browse/{}", "projects/ENG/issues/{}/", "jira/x?selectedIssue={}"]
)
def test_finds_by_address(connector, jira, issues, path):
    [found] = connector.search(ENG, f"{jira.url}/{path.format(issues[1])}")

    assert found.url == f"{jira.url}/browse/{issues[1]}"
    assert found.ref.scope == ENG


def test_finds_nothing_elsewhere(connector, jira, issues):
    assert connector.search(ENG, f"https://other.example.com/browse/{issues[0]}") == []
    assert connector.search(ENG, f"{jira.url}/secure/Dashboard.jspa") == []
    assert connector.search(ENG, issues[2]) == []
    assert connector.search(ENG, "ENG-999") == []
    assert connector.search(ENG, "") == []


def test_finds_by_words_and_their_beginnings(connector, issues):
    assert set(keys(connector.search(ENG, "LOG"))) == set(issues[:2])
    assert keys(connector.search(ENG, "fail login")) == issues[:1]
    assert len(connector.search(ENG, "login", limit=1)) == 1


@pytest.mark.parametrize(
    "text", ['fails" OR project = OPS OR "', 'login "500" (again)', "fails AND"]
)
def test_signs_are_no_operators(connector, issues, text):
    assert set(keys(connector.search(ENG, text))) <= {issues[0]}


def test_asks_for_words(connector, issues):
    with pytest.raises(InvalidError):
        connector.search(ENG, "“”")


def test_tells_a_project_that_is_closed(connector, jira):
    jira.change_account("sync", {"hidden_projects": ["ENG"]})

    with pytest.raises(ScopeError):
        connector.search(ENG, "login")
    with pytest.raises(ScopeError):
        connector.find_people(ENG, "ken")


@pytest.mark.parametrize("text", ["ken@example.com", "Ken", " ito "])
def test_finds_people_by_e_mail_and_name(connector, jira, deployment, text):
    [found] = connector.find_people(ENG, text)

    account = jira.account("ken")
    assert found.name == "Ken Ito"
    assert found.id == (account.account_id if deployment == "cloud" else account.key)


def test_finds_nobody_who_cannot_be_assigned(connector):
    assert list(connector.find_people(ENG, "rita")) == []
    assert list(connector.find_people(ENG, "")) == []


def test_writes_whom_it_found_as_assignee(connector):
    [ken] = connector.find_people(ENG, "ken@example.com")

    item = connector.create(ENG, "Bug", {"summary": "Login fails", "assignee": ken}, "m1")
    cleared = connector.update(item, {"assignee": None})

    assert item.fields["assignee"].id == ken.id
    assert cleared.fields["assignee"] is None
