"""Test cases kept in step with a Jira, over the wire."""

from io import BytesIO

import pytest

from integrations import services
from integrations.connectors.platform.mapping import case_item_id
from integrations.models import ConnectionVersion, LinkEnd
from testmgmt.cases import services as cases
from testmgmt.cases.domain import CaseChange, NewCase, Step
from testmgmt.cases.models import Case
from testmgmt.core import attachments, comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target

FIELDS = [
    {"id": "title", "a": "title", "b": "summary", "dir": "both", "conflict": "hold"},
    {"id": "text", "a": "text", "b": "description", "dir": "both", "conflict": "hold"},
    {"id": "labels", "a": "tags", "b": "labels", "dir": "both", "conflict": "newest"},
]


@pytest.fixture
def with_cases(connection, ada):
    """Return the shop's connection, which keeps cases and tasks in step."""
    rules = ConnectionVersion.objects.get(connection=connection, state="published").rules
    fields = [{**field, "first_sync": "fill", "types": ["Test Case"]} for field in FIELDS]
    document = {**rules, "types": [{"a": "Test Case", "b": "Task"}], "fields": fields}
    services.publish_rules(user=ada, connection_id=connection.pk, document=document)
    return connection


@pytest.fixture
def case(shop, tom):
    steps = [Step("Open the page", "", "A form"), Step("Sign in"), Step("Wait")]
    new = NewCase(title="Sign in", description="Why.", steps=steps, tags=["login"])
    return cases.create_case(user=tom, project_id=shop.pk, case=new)


@pytest.fixture
def synced(with_cases, case, tom, minute):
    services.request_sync(user=tom, project_id=case.project_id, item_ids=[case_item_id(case.pk)])
    minute()
    return LinkEnd.objects.get(side="b")


@pytest.fixture
def ken(cloud):
    return cloud.as_human("ken")


def steps_of(case):
    return Case.objects.select_related("current").get(pk=case.pk).current.steps


def test_a_case_becomes_an_issue_that_says_all_of_it(synced, ken):
    issue = ken.issue(synced.key)

    text = ken.text(issue.values["description"])
    assert issue.values["summary"] == "Sign in"
    assert "h2. Steps" in text
    assert "*Expected:* A form" in text
    assert issue.values["labels"] == ["login"]


def test_an_edited_step_comes_back_and_the_others_keep_their_ids(synced, ken, case, minute):
    before = steps_of(case)
    text = ken.text(ken.issue(synced.key).values["description"])
    first, _, rest = text.partition("# Sign in")

    ken.edit(synced.key, description=f"{first.replace('*Expected:* A form', '')}# Log in{rest}")
    minute()

    after = steps_of(case)
    assert after[0] == {**before[0], "expected": ""}
    assert after[1] == {**before[1], "action": "Log in"}
    assert after[2] == before[2]


def test_a_case_edited_here_goes_out_and_nothing_echoes(synced, ken, case, tom, minute, cloud):
    cases.update_case(user=tom, case_id=case.pk, change=CaseChange(description="Because."))
    minute()
    assert "Because." in ken.text(ken.issue(synced.key).values["description"])
    writes = len(cloud.calls("PUT", "/issue/"))

    minute()
    minute()

    assert len(cloud.calls("PUT", "/issue/")) == writes
    case.refresh_from_db()
    assert case.revision == 2


def test_steps_that_are_no_list_any_more_hold_that_field_only(synced, ken, case, minute):
    text = ken.text(ken.issue(synced.key).values["description"])

    ken.edit(synced.key, summary="Log in", description=f"{text}\n\nh2. Steps\n\nJust try it.")
    minute()

    case.refresh_from_db()
    assert case.title == "Log in"
    assert len(steps_of(case)) == 3
    assert synced.link.conflicts.get(resolved_at=None).field == "text"


def test_comments_go_both_ways(synced, ken, case, tom, minute):
    target = Target(TargetKind.CASE, case.pk, case.project_id)
    comments.add_comment(target=target, user_id=tom.pk, body="Step 2 is slow.")
    ken.comment(synced.key, "Noted.")

    minute()

    assert any("Step 2 is slow." in ken.text(one.body) for one in ken.comments(synced.key))
    said = [(one.author_name, one.body) for one in comments.comments_of(TargetKind.CASE, case.pk)]
    assert ("Ken Ito", "Noted.") in said


def test_files_go_both_ways_and_never_back(synced, ken, case, tom, minute):
    target = Target(TargetKind.CASE, case.pk, case.project_id)
    chunks = BytesIO(b"our log")
    attachments.attach(target=target, user_id=tom.pk, name="ours.txt", chunks=chunks)
    ken.attach(synced.key, "theirs.txt", b"their log")

    for _ in range(3):
        minute()

    there = {one.filename for one in ken.attachments(synced.key)}
    here = {one.name for one in attachments.attachments_of(TargetKind.CASE, [case.pk])}
    assert there == here == {"ours.txt", "theirs.txt"}
    assert len(ken.attachments(synced.key)) == 2
