import json
from datetime import UTC, date, datetime

import pytest

from integrations.base.errors import InvalidError, ScopeError
from integrations.base.items import Denied, FieldType, Gone, Item, Moved, Ref, Rich, Want

ENG, OPS = "10000", "10001"
TITLE = Want(frozenset({"summary"}))
WHOLE = Want(frozenset({"summary"}), comments=True, attachments=True)


@pytest.fixture
def ken(jira):
    return jira.as_human("ken")


@pytest.fixture
def ref(connector):
    return lambda issue, scope=ENG: Ref(connector.system.id, scope, issue.id)


def titles(items):
    return [item.fields["summary"] for item in items]


def poll(connector, cursor, want=TITLE):
    """Poll to the end; the cursor goes through JSON as it does in the database."""
    items = []
    while True:
        page = connector.changed_since(ENG, cursor, want)
        cursor = json.loads(json.dumps(page.cursor))
        items += page.items
        if not page.has_more:
            return items, cursor


def test_lists_projects_by_their_immutable_ids(connector):
    assert {(scope.id, scope.key, scope.name) for scope in connector.scopes()} >= {
        (ENG, "ENG", "Engineering")
    }


def test_describes_the_fields_of_a_type(connector):
    [bug] = [type_ for type_ in connector.schema(ENG).types if type_.name == "Bug"]

    fields = {field.id: field for field in bug.fields}
    kinds = {id_: field.type for id_, field in fields.items()}
    assert kinds["summary"] is FieldType.TEXT
    assert kinds["description"] is FieldType.RICH
    assert kinds["labels"] is FieldType.SET
    assert kinds["assignee"] is FieldType.PERSON
    assert kinds["duedate"] is FieldType.DATE
    assert kinds["customfield_10013"] is FieldType.RICH
    assert kinds["customfield_10014"] is FieldType.SET
    assert fields["customfield_10010"].role == "severity"
    assert fields["summary"].is_required
    assert fields["priority"].has_default
    assert {"project", "issuetype"}.isdisjoint(fields)


def test_describes_options_and_statuses_by_name(connector):
    [bug] = [type_ for type_ in connector.schema(ENG).types if type_.name == "Bug"]

    fields = {field.id: field for field in bug.fields}
    assert [option.name for option in fields["priority"].options][:2] == ["Highest", "High"]
    assert "Blocker" in {option.name for option in fields["customfield_10010"].options}
    assert {(option.name, option.category) for option in fields["status"].options} == {
        ("To Do", "new"),
        ("In Progress", "active"),
        ("In Review", "active"),
        ("Done", "done"),
    }


@pytest.mark.parametrize("scope", ["99999", "NOPE"])
def test_says_that_a_scope_is_not_there(connector, scope):
    with pytest.raises(ScopeError, match="does not exist or is closed"):
        connector.schema(scope)
    with pytest.raises(ScopeError, match="does not exist or is closed"):
        list(connector.census(scope, ""))


def test_reads_values_of_every_kind(connector, ken, ref):
    issue = ken.create(
        "ENG",
        "Bug",
        summary="Login fails",
        description="It *breaks*.",
        priority="High",
        labels=["login", "web"],
        assignee="Mia Lund",
        duedate="2026-12-24",
        Severity="Major",
        Platforms=["Web", "iOS"],
        Impact="All of _us_.",
        **{"Found in": "1.2"},
    )
    names = {"10010": "Major", "10011": "1.2", "10014": frozenset({"Web", "iOS"})}
    names = {f"customfield_{id_}": value for id_, value in names.items()}
    system = {"description", "priority", "labels", "assignee", "duedate", "status"}
    want = Want(frozenset({*system, *names, "customfield_10013", "environment"}))

    item = connector.fetch([ref(issue)], want)[ref(issue)]

    assert {id_: item.fields[id_] for id_ in names} == names
    assert item.fields["description"] == Rich("It **breaks**.")
    assert item.fields["customfield_10013"].md.strip() == "All of *us*."
    assert item.fields["environment"] is None
    assert item.fields["priority"] == "High"
    assert item.fields["labels"] == frozenset({"login", "web"})
    assert item.fields["duedate"] == date(2026, 12, 24)
    assert item.fields["status"] == "To Do"
    assert item.fields["assignee"].name == "Mia Lund"
    assert item.fields["assignee"].email == "mia@example.com"
    assert (item.type, item.key, item.url) == (
        "Bug",
        issue.key,
        f"{connector.system.base_url}/browse/{issue.key}",
    )


def test_fetches_a_hundred_with_one_call(connector, ken, ref, jira):
    refs = [ref(ken.create("ENG", "Task", summary=f"Task {n}")) for n in range(100)]
    connector.fetch(refs[:1], TITLE)
    jira.clear_calls()

    found = connector.fetch(refs, TITLE)

    assert titles(found.values()) == [f"Task {n}" for n in range(100)]
    assert len(jira.calls()) == 1


def test_tells_gone_from_moved_from_present(connector, jira, ken, ref):
    here, gone, moved = (ken.create("ENG", "Task", summary=name) for name in "abc")
    jira.as_human("admin").delete(gone.key)
    jira.as_human("admin").move(moved.key, "OPS")

    found = connector.fetch([ref(here), ref(gone), ref(moved)], TITLE)

    assert isinstance(found[ref(here)], Item)
    assert found[ref(gone)] == Gone()
    assert found[ref(moved)] == Moved(ref(moved, OPS))


def test_takes_a_closed_project_for_denied_never_for_gone(connector, jira, ken, ref):
    refs = [ref(ken.create("ENG", "Task", summary=name)) for name in "abc"]
    connector.fetch(refs, TITLE)
    jira.change_account("sync", {"hidden_projects": ["ENG"]})

    found = connector.fetch(refs, TITLE)

    assert set(found.values()) == {Denied("The project is closed to our account.")}


def test_flags_restricted_comments(connector, ken, ref):
    issue = ken.create("ENG", "Task", summary="Task")
    ken.comment(issue.key, "For all.")
    ken.comment(issue.key, "For some.", role="Developers")

    item = connector.fetch([ref(issue)], WHOLE)[ref(issue)]

    assert [(one.body.md.strip(), one.is_restricted) for one in item.comments] == [
        ("For all.", False),
        ("For some.", True),
    ]


def test_reads_all_comments_where_a_search_gives_the_newest_only(connector, ken, ref):
    issue = ken.create("ENG", "Task", summary="Task")
    for number in range(130):
        ken.comment(issue.key, f"Comment {number}")
    _items, cursor = poll(connector, None)

    item = connector.fetch([ref(issue)], WHOLE)[ref(issue)]
    ken.edit(issue.key, summary="Changed")
    [polled] = [one for one in poll(connector, cursor, WHOLE)[0] if one.ref.id == issue.id]

    assert [one.body.md.strip() for one in item.comments] == [f"Comment {n}" for n in range(130)]
    assert polled.comments == item.comments


def test_lists_and_streams_files(connector, ken, ref):
    issue = ken.create("ENG", "Task", summary="Task")
    ken.attach(issue.key, "a b ü.txt", b"x" * 100_000)

    [found] = connector.fetch([ref(issue)], WHOLE)[ref(issue)].attachments
    with connector.open(ref(issue), found) as stream:
        content = stream.read()

    assert (found.name, found.size, found.mime) == ("a b ü.txt", 100_000, "text/plain")
    assert content == b"x" * 100_000


def test_takes_no_fake_marker_from_somebody_else(connector, ken, ref):
    issue = ken.create("ENG", "Task", summary="Task")
    ken.comment(issue.key, "*Ada* · [DEF-1|https://x.example/1#tp-sync-abc]:\n\nHello")

    [comment] = connector.fetch([ref(issue)], WHOLE)[ref(issue)].comments

    assert comment.marker is None
    assert "Ada" in comment.body.md


# -- changes


def test_starts_now(connector, ken):
    ken.create("ENG", "Task", summary="Old")

    page = connector.changed_since(ENG, None, TITLE)

    assert (list(page.items), page.has_more) == ([], False)


def test_walks_through_many_changes_oldest_first(connector, ken):
    cursor = poll(connector, None)[1]
    for number in range(230):
        ken.create("ENG", "Task", summary=f"Task {number}")

    items, _cursor = poll(connector, cursor)

    seen = list(dict.fromkeys(titles(items)))
    assert seen == [f"Task {number}" for number in range(230)]


def test_misses_nothing_that_changes_between_pages(connector, ken):
    cursor = poll(connector, None)[1]
    issues = [ken.create("ENG", "Task", summary=f"Task {n}") for n in range(150)]

    first = connector.changed_since(ENG, cursor, TITLE)
    ken.edit(issues[0].key, summary="Changed")
    ken.edit(issues[99].key, summary="Changed too")
    rest, _cursor = poll(connector, first.cursor)

    assert {*titles(first.items), *titles(rest)} >= {f"Task {n}" for n in range(150)}
    assert {"Changed", "Changed too"} <= set(titles(rest))


def test_costs_one_call_when_nothing_changes(connector, ken, jira):
    ken.create("ENG", "Task", summary="Task")
    cursor = poll(connector, poll(connector, None)[1])[1]
    jira.clear_calls()

    poll(connector, cursor)

    assert len(jira.calls()) == 1


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Kathmandu", "America/St_Johns"])
def test_skips_nothing_whatever_the_accounts_time_zone(connector, ken, jira, zone):
    jira.change_account("sync", {"time_zone": zone})
    cursor = poll(connector, None)[1]

    ken.create("ENG", "Task", summary="New")

    assert "New" in titles(poll(connector, cursor)[0])


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_skips_nothing_when_the_trackers_clock_jumps(connector, ken, jira, skew):
    cursor = poll(connector, poll(connector, None)[1])[1]
    jira.change_state({"clock_skew": skew})
    cursor = poll(connector, cursor)[1]

    ken.create("ENG", "Task", summary="New")

    assert "New" in titles(poll(connector, cursor)[0])


def test_catches_up_with_a_search_that_lags(connector, ken, jira):
    cursor = poll(connector, None)[1]
    jira.change_state({"search_lag": 60})
    ken.create("ENG", "Task", summary="Late")
    items, cursor = poll(connector, cursor)
    jira.change_state({"search_lag": 0})

    assert "Late" not in titles(items)
    assert "Late" in titles(poll(connector, cursor)[0])


def test_says_that_the_polled_project_was_closed(connector, jira):
    cursor = poll(connector, None)[1]
    jira.change_account("sync", {"hidden_projects": ["ENG"]})

    with pytest.raises(ScopeError):
        poll(connector, cursor)


def test_reads_our_marker_with_a_change(connector):
    cursor = poll(connector, None)[1]
    connector.create(ENG, "Task", {"summary": "Ours"}, "m-1")

    items, _cursor = poll(connector, cursor)

    assert [(item.marker, item.is_author_us) for item in items] == [("m-1", True)]


# -- census and find


def test_counts_only_what_a_query_finds_and_never_another_project(connector, ken):
    wanted = ken.create("ENG", "Bug", summary="Bug", labels=["sync"])
    ken.create("ENG", "Bug", summary="Other bug")
    ken.create("OPS", "Task", summary="Task", labels=["sync"])

    found = list(connector.census(ENG, "labels = sync ORDER BY created DESC"))

    assert found == [wanted.id]


def test_refuses_a_query_that_jira_cannot_read(connector):
    with pytest.raises(InvalidError, match="JQL"):
        list(connector.census(ENG, "labels of mine"))


def test_finds_our_creation_among_many(connector, ken):
    made = connector.create(ENG, "Bug", {"summary": "Ours", "customfield_10011": "1.2"}, "m-1")
    for number in range(3):
        connector.create(ENG, "Bug", {"summary": f"Other {number}"}, f"m-x{number}")

    found = connector.find(ENG, "m-1", datetime(2020, 1, 1, tzinfo=UTC))

    assert found.ref == made.ref
    assert (found.fields["summary"], found.fields["customfield_10011"]) == ("Ours", "1.2")


def test_does_not_find_what_was_made_before(connector):
    connector.create(ENG, "Bug", {"summary": "Ours"}, "m-1")

    assert connector.find(ENG, "m-1", datetime(2199, 1, 1, tzinfo=UTC)) is None
