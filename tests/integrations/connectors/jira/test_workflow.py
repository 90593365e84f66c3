import pytest

from integrations.base.errors import InvalidError, UnsupportedError
from integrations.base.items import Ref, Want

STATUS = Want(frozenset({"status"}))


@pytest.fixture
def ken(jira):
    return jira.as_human("ken")


@pytest.fixture
def issue(connector, ken):
    """Return an item in its first status."""

    def made(project="ENG", type_="Bug", **values):
        scope = {"ENG": "10000", "OPS": "10001"}[project]
        found = ken.create(project, type_, summary="x", **values)
        ref = Ref(connector.system.id, scope, found.id)
        return connector.fetch([ref], STATUS)[ref]

    return made


def steps(jira):
    return len(jira.calls("POST", "/transitions"))


def test_takes_the_direct_step(connector, jira, issue):
    base = issue()
    jira.clear_calls()

    back = connector.update(base, {"status": "In Progress"})

    assert back.fields["status"] == "In Progress"
    assert [call.method for call in jira.calls()] == ["GET", "POST", "GET"]


def test_asks_no_second_time_for_a_step_it_knows(connector, jira, issue):
    connector.update(issue(), {"status": "In Progress"})
    base = issue()
    jira.clear_calls()

    connector.update(base, {"status": "In Progress"})

    assert [call.method for call in jira.calls()] == ["POST", "GET"]


def test_goes_through_the_statuses_between(connector, jira, issue):
    back = connector.update(issue(), {"status": "Done"})

    assert back.fields["status"] == "Done"
    assert steps(jira) == 3


def test_learns_the_way_from_other_issues_without_moving_them(connector, jira, ken, issue):
    for name in ("In Progress", "In Review"):
        ken.set_status(ken.create("ENG", "Bug", summary=name).key, name)
    base = issue()
    jira.clear_calls()

    back = connector.update(base, {"status": "Done"})

    assert back.fields["status"] == "Done"
    assert [ken.status(each.key) for each in jira.issues()] == ["In Progress", "In Review", "Done"]


def test_fills_in_the_resolution_that_a_step_asks_for(connector, jira, ken, issue):
    back = connector.update(issue(), {"status": "Done"})

    assert ken.issue(back.key).values["resolution"] == "10000"


def test_takes_the_resolution_that_was_given(connector, ken, issue):
    back = connector.update(issue(), {"status": "Done", "resolution": "Won't Do"})

    assert (back.fields["status"], back.fields["resolution"]) == ("Done", "Won't Do")


def test_names_the_status_when_a_step_is_refused(connector, issue):
    with pytest.raises(InvalidError) as caught:
        connector.update(issue(), {"status": "Done", "resolution": "No such thing"})

    assert "In Review" in caught.value.fields["status"]


def test_writes_the_fields_and_then_the_status(connector, issue):
    base = issue()

    back = connector.update(base, {"status": "In Progress", "summary": "y"})

    assert back.fields == {"status": "In Progress", "summary": "y"}


def test_comes_back_from_done(connector, ken, issue):
    base = issue()
    ken.set_status(base.key, "Done")
    base = connector.fetch([base.ref], STATUS)[base.ref]

    back = connector.update(base, {"status": "In Progress"})

    assert back.fields["status"] == "In Progress"


def test_goes_on_where_somebody_else_has_moved_it(connector, ken, issue):
    connector.update(issue(), {"status": "In Progress"})
    base = issue()
    ken.set_status(base.key, "In Review")

    back = connector.update(base, {"status": "In Progress"})

    assert back.fields["status"] == "In Progress"


def test_knows_no_difference_of_case(connector, issue):
    assert connector.update(issue(), {"status": "in progress"}).fields["status"] == "In Progress"


def test_moves_nothing_for_a_status_that_is_there_already(connector, jira, issue):
    base = issue()

    connector.update(base, {"status": "To Do"})

    assert steps(jira) == 0


def test_wanders_nowhere_for_a_status_that_the_workflow_does_not_have(connector, jira, issue):
    with pytest.raises(UnsupportedError) as caught:
        connector.update(issue(), {"status": "Abandoned"})

    assert "“To Do”, “In Progress”, “In Review”, “Done”" in caught.value.message
    assert steps(jira) == 0


def test_says_what_is_open_where_no_way_leads_on(connector, jira, issue):
    base = issue()
    held = jira.account("sync").permissions - {"TRANSITION_ISSUES"}
    jira.change_account("sync", {"permissions": held})

    with pytest.raises(UnsupportedError) as caught:
        connector.update(base, {"status": "Done"})

    assert caught.value.message == (
        "The workflow has no way from “To Do” to “Done” for our account; open are: none."
    )
    assert caught.value.fields == {"status": caught.value.message}


def test_moves_nothing_where_no_step_comes_nearer(connector, jira, issue):
    with pytest.raises(UnsupportedError, match="open are: “In Progress”, “Resolved”"):
        connector.update(issue("OPS", "Task"), {"status": "Reopened"})

    assert steps(jira) == 0
