"""This product and a Jira on loopback, through the services alone: what a tester will see."""

import pytest

from integrations import services
from integrations.models import Conflict, Link, LinkEnd, SyncLog, SyncTask, System
from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.jira.sandbox import SandboxJira
from integrations.services.connections import Target
from integrations.services.systems import NewSystem
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target as Place
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from tests.factories.integrations import pass_time

TOKEN = "sandbox-t0ken"
READING_POSTS = ("/search", "/search/jql", "/bulkfetch")


@pytest.fixture(params=["cloud", "server"])
def jira(request):
    with SandboxJira({"sync": TOKEN}, request.param) as opened:
        opened.kind = request.param
        yield opened


@pytest.fixture
def system(jira, shop, ada):
    username = "sync@example.com" if jira.kind == "cloud" else ""
    ada.is_superuser = True
    ada.save()
    credentials = {"username": username, "token": TOKEN}
    form = NewSystem("jira", "Our Jira", jira.url, credentials, is_private_allowed=True)
    made = services.connect_system(user=ada, project_id=shop.pk, system=form)
    verified = services.verify_system(user=ada, system_id=made.pk)
    assert verified.is_ok, verified.checks
    return made


@pytest.fixture
def connection(system, shop, ada):
    made = services.connect_project(user=ada, project_id=shop.pk, target=Target(system.pk, "10000"))
    rules = {**made.versions.get().rules, "create": {"a": "auto", "b": "auto"}}
    services.publish_rules(user=ada, connection_id=made.pk, document=rules)
    services.enable(user=ada, connection_id=made.pk)
    services.drain(system_id=system.pk)
    return made


@pytest.fixture
def work(connection, system):
    """Return what a minute of a worker's life does."""

    def minute():
        pass_time(61)
        for one in System.objects.order_by("kind"):
            services.drain(system_id=one.pk)

    return minute


@pytest.fixture
def defect(shop, tom, work):
    new = NewDefect(
        title="Login fails",
        description="It **breaks** for\n\n- Firefox\n- Chrome",
        labels=["web", "login"],
    )
    made = defects.create_defect(user=tom, project_id=shop.pk, defect=new)
    work()
    return made


@pytest.fixture
def issue_id(defect):
    return LinkEnd.objects.get(side="b").item_id


def change(tom, defect, **fields):
    defects.update_defect(user=tom, defect_id=defect.pk, change=DefectChange(**fields))


def fresh(defect) -> Defect:
    return Defect.objects.get(pk=defect.pk)


def text(jira, issue_id) -> str:
    ken = jira.as_human("ken")
    return ken.text(ken.issue(issue_id).values["description"])


def said(jira, issue_id) -> list[str]:
    ken = jira.as_human("ken")
    return [ken.text(one.body) for one in ken.comments(issue_id)]


def written(jira) -> int:
    """Count the calls that change something in Jira."""
    return sum(len(jira.calls(method=method)) for method in ("PUT", "DELETE")) + len(
        [one for one in jira.calls(method="POST") if not one.path.endswith(READING_POSTS)]
    )


def note(defect, user, body):
    place = Place(TargetKind.DEFECT, defect.pk, defect.project_id)
    return comments.add_comment(target=place, user_id=user.pk, body=body)


def test_a_defect_becomes_an_issue_with_all_it_says(jira, defect, issue_id):
    made = jira.as_human("ken").issue(issue_id)

    assert made.values["summary"] == "Login fails"
    assert sorted(made.values["labels"]) == ["login", "web"]
    assert "*breaks*" in text(jira, issue_id)
    assert jira.as_human("ken").status(issue_id) == "To Do"
    assert {end.key for end in LinkEnd.objects.all()} == {made.key, defect.key}


def test_a_change_here_arrives_there(jira, work, defect, issue_id, tom):
    change(tom, defect, title="Login fails twice", labels=["web"], status="In progress")

    work()

    issue = jira.as_human("ken").issue(issue_id)
    assert issue.values["summary"] == "Login fails twice"
    assert issue.values["labels"] == ["web"]
    assert jira.as_human("ken").status(issue_id) == "In Progress"


def test_a_change_there_arrives_here(jira, work, defect, issue_id):
    ken = jira.as_human("ken")
    ken.edit(issue_id, summary="Login fails in Jira", labels=["web", "login", "from-jira"])
    ken.set_status(issue_id, "Done")

    work()

    after = fresh(defect)
    assert after.title == "Login fails in Jira"
    assert after.status.category == "done"
    assert {tag.name for tag in after.labels.all()} == {"web", "login", "from-jira"}


def test_an_issue_made_there_becomes_a_defect(jira, work, connection, shop):
    jira.as_human("ken").create("ENG", "Bug", summary="Found by a developer")

    work()
    work()

    assert Defect.objects.get(project=shop).title == "Found by a developer"
    assert len(jira.issues()) == 1


def test_comments_go_both_ways_once(jira, work, defect, issue_id, tom):
    note(defect, tom, "I **saw** it.")
    jira.as_human("ken").comment(issue_id, "Looking into it.")

    for _ in range(3):
        work()

    here = comments.comments_of(TargetKind.DEFECT, defect.pk)
    assert sorted(comment.body.strip() for comment in here) == ["I **saw** it.", "Looking into it."]
    there = said(jira, issue_id)
    assert len(there) == 2
    assert any("I *saw* it." in one for one in there)


def test_nothing_more_is_written_once_both_are_in_step(jira, work, defect, tom):
    note(defect, tom, "I **saw** it.")
    for _ in range(2):
        work()
    before, revision = written(jira), fresh(defect).revision

    for _ in range(3):
        services.request_sync(
            user=tom, project_id=defect.project_id, item_ids=[LinkEnd.objects.get(side="a").item_id]
        )
        work()

    assert written(jira) == before
    assert fresh(defect).revision == revision


def test_both_sides_keep_what_they_changed(jira, work, defect, issue_id, tom):
    change(tom, defect, title="Changed here")
    jira.as_human("ken").set_status(issue_id, "In Progress")

    work()

    assert jira.as_human("ken").issue(issue_id).values["summary"] == "Changed here"
    assert fresh(defect).status.category == "active"


def test_a_conflict_is_held_for_a_person_who_decides(jira, work, defect, issue_id, tom):
    change(tom, defect, title="Here")
    jira.as_human("ken").edit(issue_id, summary="There")
    work()
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.kind) == ("title", Conflict.Kind.CONFLICT)

    services.resolve_conflict(user=tom, conflict_id=conflict.pk, choice="b")
    work()

    assert fresh(defect).title == "There"
    assert jira.as_human("ken").issue(issue_id).values["summary"] == "There"


def test_a_lost_answer_makes_no_second_issue(jira, work, connection, shop, tom):
    jira.faults(Fault(FaultKind.AFTER_APPLY, method="POST", path=r"/issue$"))
    new = NewDefect(title="Login fails")
    defects.create_defect(user=tom, project_id=shop.pk, defect=new)

    for _ in range(3):
        work()

    assert len(jira.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_an_outage_is_waited_out_and_nothing_is_lost(jira, work, defect, issue_id, tom, system):
    jira.go_down()
    change(tom, defect, title="Changed during the outage")
    for _ in range(8):
        work()
    system.refresh_from_db()
    assert system.status == System.Status.DOWN

    jira.come_back()
    pass_time(1000)
    work()
    work()

    assert jira.as_human("ken").issue(issue_id).values["summary"] == "Changed during the outage"
    system.refresh_from_db()
    assert system.status == System.Status.OK


def test_a_revoked_token_stops_the_calls_and_says_so(jira, work, defect, tom, system):
    jira.change_account("sync", {"token": "another"})
    change(tom, defect, title="Changed")
    work()
    jira.clear_calls()

    work()
    work()

    system.refresh_from_db()
    assert system.status == System.Status.AUTH
    assert jira.calls() == []
    assert SyncLog.objects.filter(outcome=SyncLog.Outcome.RETRY).exists()
    assert SyncTask.objects.get(link__isnull=False).attempts == 0


def test_a_new_token_brings_back_what_waited(jira, work, defect, tom, ada, system):
    jira.change_account("sync", {"token": "another"})
    change(tom, defect, title="Changed while signed out")
    work()

    services.update_credentials(user=ada, system_id=system.pk, credentials={"token": "another"})
    services.verify_system(user=ada, system_id=system.pk)
    work()

    [issue] = jira.issues()
    assert issue.values["summary"] == "Changed while signed out"


def test_a_project_closed_to_us_stops_the_connection_and_says_so(
    jira, work, defect, tom, connection
):
    jira.change_account("sync", {"hidden_projects": ["ENG"]})
    change(tom, defect, title="Changed")

    work()

    connection.refresh_from_db()
    assert connection.status == connection.Status.SUSPENDED
    assert "closed to our account" in connection.reason
