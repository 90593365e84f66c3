"""Rows 19, 20 and 23: what a tracker does not let us do, and what we do not let be done."""

import json

import pytest

from integrations import services
from integrations.base.errors import AuthFailedError, DeniedError, UnsupportedError
from integrations.connectors.memory.tracker import ANN
from integrations.connectors.platform.mapping import item_id
from integrations.models import Conflict, Link, SyncLog, SyncTask, System
from integrations.services.systems import NewSystem
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from tests.integrations.matrix.hands import (
    drained,
    failing,
    held,
    hinted,
    lean_schema,
    link_of,
    minute,
    minutes,
    once,
    open_tasks,
    set_rules,
)


def b_system(both):
    return System.objects.get(pk=both.systems["b"].pk)


def test_row_19_a_revoked_token_makes_everything_wait_and_a_new_one_brings_it(linked, ada):
    """Nothing is called meanwhile, no attempt is burned, nothing is lost."""
    linked.b.token = "changed"
    linked.a.edit("1", {"title": "Changed while signed out"})
    linked.a.add({"title": "Made while signed out"})
    linked.b.edit("1", {"status": "Done"})
    minute(linked)
    assert b_system(linked).status == System.Status.AUTH
    linked.b.calls.clear()
    minutes(linked, 5)
    assert linked.b.calls == []
    assert not SyncTask.objects.filter(attempts__gt=0).exists()

    system = linked.systems["b"].pk
    services.update_credentials(user=ada, system_id=system, credentials={"token": "changed"})
    services.verify_system(user=ada, system_id=system)
    minutes(linked, 3)

    assert linked.b.records["1"].fields["title"] == "Changed while signed out"
    assert linked.a.records["1"].fields["status"] == "Done"
    assert len(linked.b.records) == 2
    assert open_tasks() == 0


def test_row_19_an_account_that_is_closed_while_it_writes_loses_nothing(linked):
    once(linked.b, "update", "before", failing(AuthFailedError("The account is deactivated.")))
    linked.a.edit("1", {"title": "New"})
    hinted(linked)
    drained(linked)
    assert b_system(linked).status == System.Status.AUTH
    assert b_system(linked).status_message == "The account is deactivated."

    System.objects.update(status=System.Status.OK)
    minutes(linked, 2)

    assert linked.b.records["1"].fields["title"] == "New"
    assert held() == set()


def test_row_19_a_right_that_was_taken_away_holds_what_it_was_for(linked):
    once(linked.b, "update", "before", failing(DeniedError("You may not edit this issue.")))
    linked.a.edit("1", {"title": "New"})
    linked.a.comment("1", "Still arrives.")
    hinted(linked)
    drained(linked)
    assert held() == {"title"}
    assert Conflict.objects.get().message == "You may not edit this issue."
    assert len(linked.b.records["1"].comments) == 1

    hinted(linked)
    minute(linked)

    assert linked.b.records["1"].fields["title"] == "New"
    assert held() == set()


def test_row_19_a_real_account_whose_rights_are_reduced_goes_on_once_they_are_back(
    connection, defect, tom, minute, cloud
):
    services.request_sync(user=tom, project_id=defect.project_id, item_ids=[item_id(defect.pk)])
    minute()
    [issue] = cloud.issues()
    rights = cloud.account("sync").permissions
    cloud.change_account("sync", {"permissions": {"BROWSE_PROJECTS"}})
    defects.update_defect(user=tom, defect_id=defect.pk, change=DefectChange(title="Changed here"))
    minute()
    assert held() == {"title"}

    cloud.change_account("sync", {"permissions": rights})
    cloud.as_human("ken").comment(issue.key, "Looking into it.")
    minute()

    minute()
    assert cloud.issues()[0].values["summary"] == "Changed here"
    assert held() == set()
    assert open_tasks() == 0


def test_row_20_one_refused_value_holds_its_field_and_the_rest_is_written(linked):
    linked.b.schema = lean_schema()
    linked.a.edit("1", {"title": "New", "priority": "High", "status": "Done"})
    hinted(linked)

    drained(linked)

    issue = linked.b.records["1"].fields
    assert (issue["title"], issue["status"]) == ("New", "Done")
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.kind) == ("priority", Conflict.Kind.REFUSED)
    assert "is not one of" in conflict.message
    assert "Medium" in conflict.message, "the tracker's words name what it would take"


def test_row_20_no_way_through_the_workflow_holds_the_status_alone(linked):
    refusal = UnsupportedError(
        "There is no way from Open to Done.", fix="Reachable from here: Doing."
    )

    def hook(call, moment):
        """Refuse every update that changes the status, as a workflow does."""
        if (call, moment) == ("update", "before") and linked.b.calls.count("update") in {2, 3}:
            raise refusal

    linked.b.calls[:] = ["update"]
    linked.b.hook = hook
    linked.a.edit("1", {"title": "New", "status": "Done"})
    hinted(linked)
    drained(linked)

    assert len(held()) == 1
    assert "Reachable from here: Doing." in Conflict.objects.get().message


def test_row_20_a_person_whom_nobody_knows_holds_the_assignee_alone(both):
    set_rules(both, people={"missing": "error"})
    link_of(both)
    both.a.edit("1", {"title": "New", "assignee": ANN})
    hinted(both)

    drained(both)

    assert both.b.records["1"].fields["title"] == "New"
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.kind) == ("assignee", Conflict.Kind.VALUE)
    assert "no account on the other side" in conflict.message


def test_row_20_a_required_field_that_nothing_fills_names_itself(both):
    version = both.connection.versions.get()
    fields = [rule for rule in version.rules["fields"] if rule["id"] != "title"]
    set_rules(both, fields=fields)
    drained(both)
    both.a.add({"title": "Login fails"})
    hinted(both)

    drained(both)

    assert both.b.records == {}
    assert Link.objects.get().state == Link.State.HELD
    assert "This is required." in Link.objects.get().reason
    assert SyncLog.objects.filter(outcome=SyncLog.Outcome.HELD).exists()

    set_rules(both, fields=version.rules["fields"])
    hinted(both)
    drained(both)
    assert len(both.b.records) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://0x7f.1/",
    ],
)
def test_row_23_no_system_is_called_at_an_address_inside(shop, ada, url):
    form = NewSystem("jira", "Inside", url, {"username": "a@b.example", "token": "s3cret"})
    system = services.connect_system(user=ada, project_id=shop.pk, system=form)

    verified = services.verify_system(user=ada, system_id=system.pk)

    assert not verified.is_ok
    assert "address" in " ".join(check.message + check.fix for check in verified.checks).lower()
    assert "s3cret" not in json.dumps([check.message for check in verified.checks])
