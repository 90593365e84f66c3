"""This product and a GitHub on loopback, through the services alone."""

import pytest

from integrations import services
from integrations.models import Conflict, LinkEnd, System
from integrations.sandbox.github.sandbox import SandboxGitHub
from integrations.services.connections import Target
from integrations.services.systems import NewSystem
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target as Place
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from tests.factories.integrations import pass_time

SHOP = "acme/shop"


@pytest.fixture
def github():
    with SandboxGitHub({"sync": "sandbox-t0ken"}) as opened:
        yield opened


@pytest.fixture
def ken(github):
    return github.as_human("ken")


@pytest.fixture
def system(github, shop, ada):
    ada.is_superuser = True
    ada.save()
    credentials = {"token": "sandbox-t0ken"}
    form = NewSystem("github", "Our GitHub", github.url, credentials, is_private_allowed=True)
    made = services.connect_system(user=ada, project_id=shop.pk, system=form)
    verified = services.verify_system(user=ada, system_id=made.pk)
    assert verified.is_ok, verified.checks
    return made


@pytest.fixture
def minute(system, shop, ada):
    """Return what a minute of a worker's life does, once both are connected."""
    made = services.connect_project(user=ada, project_id=shop.pk, target=Target(system.pk, SHOP))
    rules = {**made.versions.get().rules, "create": {"a": "auto", "b": "auto"}}
    services.publish_rules(user=ada, connection_id=made.pk, document=rules)
    services.enable(user=ada, connection_id=made.pk)
    services.drain(system_id=system.pk)

    def pass_by():
        pass_time(61)
        for one in System.objects.order_by("kind"):
            services.drain(system_id=one.pk)

    return pass_by


@pytest.fixture
def defect(shop, tom, minute):
    new = NewDefect(title="Login fails", description="It **breaks**:\n\n- @ken", labels=["web"])
    made = defects.create_defect(user=tom, project_id=shop.pk, defect=new)
    minute()
    return made


@pytest.fixture
def issue(defect, github):
    """Return the defect's issue as it is in GitHub."""
    number = LinkEnd.objects.get(side="b").key.partition("#")[2]
    return lambda: github.as_human("admin").issue(f"{SHOP}#{number}")


def test_creates_an_issue_with_all_that_is_mapped(issue, ken):
    made = issue()

    assert made.title == "Login fails"
    assert made.body.startswith("It **breaks**:\n\n- @\u200bken\n\n<!-- tp-sync:")
    assert ken.labels(made) == ["web"]


def test_brings_edits_home(defect, issue, ken, minute):
    ken.edit(issue(), title="Login fails on Firefox", labels=["web", "login"])
    ken.close(issue(), "not_planned")
    minute()

    here = Defect.objects.get(pk=defect.pk)
    assert here.title == "Login fails on Firefox"
    assert here.status.category == "done"
    assert {tag.name for tag in here.labels.all()} == {"web", "login"}
    assert not Conflict.objects.exists()


def test_takes_edits_there_in_one_call(defect, issue, github, tom, minute):
    github.clear_calls()
    change = DefectChange(title="Login works", labels=["web", "done"])
    defects.update_defect(user=tom, defect_id=defect.pk, change=change)
    minute()

    assert issue().title == "Login works"
    assert len(github.calls(method="PATCH")) == 1


def test_keeps_what_people_added_to_the_text(defect, issue, ken, tom, minute):
    added = "<details><summary>Log</summary>\n\nstack\n\n</details>"
    ken.edit(issue(), body=f"{issue().body}\n\n{added}")
    minute()
    text = Defect.objects.get(pk=defect.pk).description
    change = DefectChange(description=text.replace("breaks", "burns"))
    defects.update_defect(user=tom, defect_id=defect.pk, change=change)
    minute()

    body = issue().body.replace("\r\n", "\n")
    assert body.startswith("It **burns**:")
    assert added in body
    assert body.count("<!-- tp-sync:") == 1


def test_copies_comments_both_ways(defect, issue, ken, tom, minute):
    place = Place(TargetKind.DEFECT, defect.pk, defect.project_id)
    comments.add_comment(target=place, user_id=tom.pk, body="Seen **twice**.")
    ken.comment(issue(), "Me *too*")
    minute()
    minute()

    there = [one.body for one in ken.comments(issue())]
    assert len(there) == 2
    assert any("Seen **twice**." in text for text in there)


def test_follows_an_edited_comment(defect, issue, ken, minute):
    seen = ken.comment(issue(), "Seen.")
    minute()
    ken.edit_comment(seen.id, "Seen twice.")
    minute()

    [copied] = comments.comments_of(TargetKind.DEFECT, defect.pk)
    assert "Seen twice." in copied.body


def test_takes_in_what_begins_there_but_no_pull_request(defect, ken, minute):
    ken.open_pull_request(SHOP, "Mend the login")
    ken.create(SHOP, "Found by hand", body="Steps", type="Bug")
    minute()

    assert Defect.objects.get(title="Found by hand").description == "Steps"
    assert not Defect.objects.filter(title="Mend the login").exists()


def test_writes_nothing_once_both_agree(issue, github, ken, minute):
    ken.edit(issue(), body=f"* Changed\r\n* _by hand_\r\n\r\n{issue().body}")
    minute()
    github.clear_calls()
    for _ in range(3):
        minute()

    assert {call.method for call in github.calls()} == {"GET"}


def test_follows_a_transferred_issue(defect, issue, ken, tom, minute):
    moved = ken.transfer(issue(), "acme/ops")
    change = DefectChange(title="Login works")
    defects.update_defect(user=tom, defect_id=defect.pk, change=change)
    minute()

    assert ken.issue(moved).title == "Login works"
    assert LinkEnd.objects.get(side="b").key == f"ops#{ken.issue(moved).number}"


def test_outlives_a_renamed_repository(defect, issue, github, ken, tom, minute):
    github.as_human("admin").rename_repository(SHOP, "store")
    change = DefectChange(title="Login works")
    defects.update_defect(user=tom, defect_id=defect.pk, change=change)
    minute()

    assert github.as_human("admin").issues()[0].title == "Login works"
