import json
from datetime import UTC, datetime

import pytest

from integrations.base.errors import GoneError, InvalidError, RateLimitedError, ScopeError
from integrations.base.items import Denied, FieldType, Gone, Item, Moved, Person, Ref, Rich, Want
from integrations.connectors.azure_devops.reading import person
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS

TITLE = Want(frozenset({"System.Title"}))
BARE = Want(frozenset())
WHOLE = Want(frozenset({"System.Title"}), comments=True, attachments=True)
REPRO = "Microsoft.VSTS.TCM.ReproSteps"


@pytest.fixture
def ref(connector):
    return lambda item, scope=ENG: Ref(connector.system.id, scope, str(item.number))


@pytest.fixture
def bug(ken):
    return ken.create("Engineering", "Bug", title="Login fails")


def poll(connector, cursor, want=BARE, scope=ENG):
    """Poll to the end; the cursor goes through JSON as it does in the database."""
    items = []
    while True:
        page = connector.changed_since(scope, cursor, want)
        cursor = json.loads(json.dumps(page.cursor))
        items += page.items
        if not page.has_more:
            return items, cursor


def read(connector, ref, want):
    found = connector.fetch([ref], want)[ref]
    assert isinstance(found, Item)
    return found


# -- discovery


def test_lists_projects_by_their_immutable_ids(connector):
    assert [(scope.id, scope.name) for scope in connector.scopes()] == [
        (ENG, "Engineering"),
        (OPS, "Operations"),
    ]


def test_describes_the_fields_of_a_type(connector):
    [bug] = [type_ for type_ in connector.schema(OPS).types if type_.name == "Bug"]

    fields = {field.id: field for field in bug.fields}
    kinds = {id_: field.type for id_, field in fields.items()}
    assert kinds["System.Title"] is FieldType.TEXT
    assert kinds[REPRO] is FieldType.RICH
    assert kinds["System.Tags"] is FieldType.SET
    assert kinds["System.AssignedTo"] is FieldType.PERSON
    assert kinds["Microsoft.VSTS.Scheduling.DueDate"] is FieldType.DATETIME
    assert kinds["Custom.IsRegression"] is FieldType.BOOL
    assert kinds["Custom.Team"] is FieldType.OPTION
    assert fields["Custom.Team"].is_required
    assert fields["Microsoft.VSTS.Common.Priority"].has_default
    assert not fields["System.CreatedBy"].is_writable
    assert {"System.Id", "System.Rev", "System.TeamProject", "System.History"}.isdisjoint(fields)


def test_gives_every_role_to_one_field(connector):
    [bug] = [type_ for type_ in connector.schema(ENG).types if type_.name == "Bug"]

    assert {field.role: field.id for field in bug.fields if field.role} == {
        "title": "System.Title",
        "description": REPRO,
        "status": "System.State",
        "priority": "Microsoft.VSTS.Common.Priority",
        "severity": "Microsoft.VSTS.Common.Severity",
        "labels": "System.Tags",
        "assignee": "System.AssignedTo",
        "reporter": "System.CreatedBy",
        "environment": "Microsoft.VSTS.TCM.SystemInfo",
    }


def test_describes_a_story_by_its_description(connector):
    [story] = [type_ for type_ in connector.schema(ENG).types if type_.name == "User Story"]

    assert [field.id for field in story.fields if field.role == "description"] == [
        "System.Description"
    ]


def test_describes_options_and_states_by_name(connector):
    [story] = [type_ for type_ in connector.schema(ENG).types if type_.name == "User Story"]

    fields = {field.id: field for field in story.fields}
    priorities = [option.name for option in fields["Microsoft.VSTS.Common.Priority"].options]
    assert priorities == ["1", "2", "3", "4"]
    assert {(option.name, option.category) for option in fields["System.State"].options} == {
        ("New", "new"),
        ("Active", "active"),
        ("Resolved", "active"),
        ("Closed", "done"),
        ("Removed", "done"),
    }


@pytest.mark.parametrize("scope", ["99999999-9999-4999-8999-999999999999", "NOPE"])
def test_says_that_a_scope_is_not_there(connector, scope):
    with pytest.raises(ScopeError, match="does not exist or is closed"):
        connector.schema(scope)


# -- fetching


def test_reads_every_kind_of_value(connector, ken, ref):
    item = ken.create(
        "Engineering",
        "Bug",
        title="Login fails",
        repro_steps="<div>It <b>breaks</b>.</div>",
        priority=1,
        severity="2 - High",
        tags="web; login",
        assigned_to="mia@example.com",
        due_date="2026-12-24T00:00:00Z",
        is_regression=True,
    )
    names = {
        REPRO: Rich("It **breaks**."),
        "Microsoft.VSTS.Common.Priority": "1",
        "Microsoft.VSTS.Common.Severity": "2 - High",
        "System.Tags": frozenset({"web", "login"}),
        "Microsoft.VSTS.Scheduling.DueDate": datetime(2026, 12, 24, tzinfo=UTC),
        "Custom.IsRegression": True,
        "Microsoft.VSTS.Build.FoundIn": None,
    }

    found = read(connector, ref(item), Want(frozenset({*names, "System.AssignedTo"})))

    assert {name: found.fields[name] for name in names} == names
    assert found.fields["System.AssignedTo"].email == "mia@example.com"
    assert found.fields["System.AssignedTo"].name == "Mia Lund"


def test_reads_markdown_and_html_each_in_its_own_way(connector, ken, bug, ref):
    want = Want(frozenset({REPRO}))
    ken.edit(bug.number, repro_steps="<p>a &lt; <code>b</code></p>")
    as_html = read(connector, ref(bug), want)
    ken.write_markdown(bug.number, "repro_steps", "a &lt; `b &lt; c`")

    as_markdown = read(connector, ref(bug), want)

    assert as_html.fields[REPRO].md == "a < `b`"
    assert as_markdown.fields[REPRO].md == "a < `b < c`"


def test_needs_one_call_for_two_hundred(connector, azure, ken, ref, calls):
    refs = [ref(ken.create("Engineering", "Task", title=f"Task {n}")) for n in range(3)]
    calls.clear()

    connector.fetch(refs, WHOLE)

    assert [path for _method, path, _status in calls] == ["/contoso/_apis/wit/workitemsbatch"]


def test_reads_comments_only_where_there_are_any(connector, ken, bug, ref, calls):
    quiet = ken.create("Engineering", "Task", title="Quiet")
    ken.comment(bug.number, "<div>I saw <i>it</i> too.</div>")

    found = connector.fetch([ref(bug), ref(quiet)], WHOLE)

    assert [comment.body.md for comment in found[ref(bug)].comments] == ["I saw *it* too."]
    assert list(found[ref(quiet)].comments) == []
    assert sum(path.endswith("/comments") for _method, path, _status in calls) == 1


def test_leaves_out_deleted_comments(connector, ken, bug, ref):
    kept = ken.comment(bug.number, "Kept")
    ken.delete_comment(ken.comment(bug.number, "Gone").id)

    assert [one.id for one in read(connector, ref(bug), WHOLE).comments] == [kept.id]


def test_lists_files_with_their_sizes(connector, ken, bug, ref):
    made = ken.attach(bug.number, "log.txt", b"line 1\n")

    [file] = read(connector, ref(bug), WHOLE).attachments

    assert (file.id, file.name, file.size, file.mime) == (made.id, "log.txt", 7, "text/plain")
    assert file.sha256 == ""


def test_is_gone_once_it_lies_in_the_bin(connector, ken, bug, ref):
    ken.delete(bug.number)

    assert connector.fetch([ref(bug)], TITLE) == {ref(bug): Gone()}


def test_comes_back_from_the_bin(connector, ken, bug, ref):
    ken.delete(bug.number)
    ken.restore(bug.number)

    assert isinstance(connector.fetch([ref(bug)], TITLE)[ref(bug)], Item)


def test_never_takes_what_it_cannot_see_for_deleted(connector, azure, bug, ref):
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    assert isinstance(connector.fetch([ref(bug)], TITLE)[ref(bug)], Denied)


def test_never_takes_an_unknown_number_for_deleted(connector):
    ref = Ref(connector.system.id, ENG, "4711")

    found = connector.fetch([ref], TITLE)[ref]

    assert found == Denied(
        "TF401232: Work item 4711 does not exist, or you do not have permissions to read it."
    )


def test_follows_an_item_to_another_project(connector, ken, bug, ref):
    ken.move(bug.number, "Operations")

    moved = connector.fetch([ref(bug)], TITLE)[ref(bug)]

    assert moved == Moved(ref(bug, OPS))


def test_reads_the_other_type_of_an_item(connector, ken, bug, ref):
    ken.change_type(bug.number, "Task")

    assert read(connector, ref(bug), TITLE).type == "Task"


def test_finds_the_project_by_name_where_the_address_tells_none(connector, bug, calls):
    raw = {"id": 7, "url": "https://x/_apis/wit/workItems/7"}
    raw["fields"] = {"System.TeamProject": "Engineering"}

    assert [connector.site.scope_of(raw) for _ in range(2)] == [ENG, ENG]
    assert len(calls) == 1


# -- the feed


def test_an_idle_poll_is_one_call(connector, bug, calls):
    cursor = poll(connector, None)[1]
    cursor = poll(connector, cursor)[1]
    calls.clear()

    assert poll(connector, cursor) == ([], cursor)
    assert len(calls) == 1


def test_a_poll_with_changes_is_one_call_as_well(connector, ken, calls):
    cursor = poll(connector, poll(connector, None)[1])[1]
    made = [ken.create("Engineering", "Task", title=f"Task {n}") for n in range(5)]
    calls.clear()

    changed, _cursor = poll(connector, cursor)

    assert [item.ref.id for item in changed] == [str(item.number) for item in made]
    assert [item.rev for item in changed] == ["1"] * 5
    assert [path for _method, path, _status in calls] == [
        f"/contoso/{ENG}/_apis/wit/reporting/workitemrevisions"
    ]


def test_tells_of_each_item_the_last_revision_only(connector, ken, bug):
    cursor = poll(connector, poll(connector, None)[1])[1]
    for number in range(3):
        ken.edit(bug.number, title=f"Title {number}")

    [changed], _cursor = poll(connector, cursor)

    assert changed.rev == str(ken.item(bug.number).rev)


def test_tells_of_deletions(connector, ken, bug, ref):
    cursor = poll(connector, poll(connector, None)[1])[1]
    ken.delete(bug.number)

    for want in (BARE, TITLE):
        [changed], _cursor = poll(connector, cursor, want)
        assert changed.ref == ref(bug)
        assert int(changed.rev) > bug.rev


def test_walks_through_pages(connector, azure, ken, monkeypatch):
    monkeypatch.setattr("integrations.connectors.azure_devops.feed.MANY", 2)
    cursor = poll(connector, poll(connector, None)[1])[1]
    made = [str(ken.create("Engineering", "Task", title=f"Task {n}").number) for n in range(5)]

    page = connector.changed_since(ENG, cursor, BARE)
    changed, _cursor = poll(connector, cursor)

    assert page.has_more
    assert [item.ref.id for item in changed] == made


def test_keeps_projects_apart(connector, ken):
    cursor = poll(connector, poll(connector, None)[1])[1]
    ken.create("Operations", "Issue", title="Elsewhere")

    assert poll(connector, cursor)[0] == []


def test_asks_who_we_are_where_nobody_told(connect, ken, bug):
    found = read(connect(account_id=""), Ref(connect().system.id, ENG, str(bug.number)), TITLE)

    assert not found.is_author_us


def test_begins_now(connector, bug):
    page = connector.changed_since(ENG, None, BARE)

    assert list(page.items) == []
    assert not page.has_more


def test_cannot_poll_a_project_that_is_not_there(connector):
    with pytest.raises(ScopeError):
        connector.changed_since("NOPE", None, BARE)
    with pytest.raises(ScopeError):
        connector.changed_since("NOPE", {"token": "1;1;1"}, BARE)


# -- census and search


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


# -- people


def test_finds_people_by_address_first(connector):
    found = connector.find_people(ENG, "mia@example.com")

    assert [(one.name, one.email) for one in found] == [("Mia Lund", "mia@example.com")]


def test_finds_people_by_a_part_of_the_name(connector):
    assert [one.name for one in connector.find_people(ENG, "lun")] == ["Mia Lund"]
    assert list(connector.find_people(ENG, "nobody")) == []


# -- being asked to wait


def test_rests_when_a_success_asks_for_it(connector, azure, bug, ref, calls):
    azure.change_state({"throttle": 30})
    connector.fetch([ref(bug)], TITLE)
    calls.clear()

    with pytest.raises(RateLimitedError) as limited:
        connector.fetch([ref(bug)], TITLE)

    assert limited.value.bucket == "tstu"
    assert 0 < limited.value.retry_after <= 30
    assert calls == []


def test_reads_files_as_a_stream(connector, ken, bug, ref):
    ken.attach(bug.number, "log.txt", b"line 1\n")
    [file] = read(connector, ref(bug), WHOLE).attachments

    with connector.open(ref(bug), file) as stream:
        assert stream.read(4) == b"line"
    with (
        pytest.raises(GoneError),
        connector.open(
            ref(bug),
            type(file)("0" * 8 + "-0000-4000-8000-" + "0" * 12, "x", 1, "", file.created_at),
        ) as stream,
    ):
        stream.read()


def test_knows_people_of_old_reports_by_name_and_address():
    assert person("Hana Sato <hana@example.com>") == Person(None, "Hana Sato", "hana@example.com")
    assert person("Hana Sato") == Person(None, "Hana Sato")
    assert person("") is None
