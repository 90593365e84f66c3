import json
from datetime import UTC, datetime

import pytest

from integrations.base.errors import DeniedError, InvalidError, ScopeError, UnsupportedError
from integrations.base.items import (
    Attachment,
    Denied,
    FieldType,
    Gone,
    Item,
    Moved,
    Person,
    Ref,
    Want,
)
from integrations.connectors.github.shapes import FIELDS

SHOP, OPS = "acme/shop", "acme/ops"
TITLE = Want(frozenset({"title"}))


@pytest.fixture
def ref(connector):
    return lambda issue, scope=SHOP: Ref(connector.system.id, scope, id_of(issue))


def id_of(issue):
    return f"{issue.number}-{issue.id}"


def titles(items):
    return [item.fields["title"] for item in items]


def poll(connector, cursor, want=TITLE):
    """Poll to the end; the cursor goes through JSON as it does in the database."""
    items = []
    while True:
        page = connector.changed_since(SHOP, cursor, want)
        cursor = json.loads(json.dumps(page.cursor))
        items += page.items
        if not page.has_more:
            return items, cursor


def test_lists_repositories_that_have_issues(connector):
    assert {(one.id, one.key, one.name) for one in connector.scopes()} == {
        (SHOP, SHOP, "shop"),
        (OPS, OPS, "ops"),
    }


def test_describes_the_fields_of_all_types(connector, ken):
    ken.make_milestone(SHOP, "1.0")

    types = {type_.name: type_ for type_ in connector.schema(SHOP).types}

    assert set(types) == {"Issue", "Task", "Bug", "Feature"}
    fields = {field.id: field for field in types["Bug"].fields}
    assert fields["body"].type is FieldType.RICH
    assert fields["labels"].type is FieldType.SET
    assert "bug" in {option.name for option in fields["labels"].options}
    assert [option.name for option in fields["milestone"].options] == ["1.0"]
    assert not fields["user"].is_writable
    assert [(option.name, option.category) for option in fields["state"].options] == [
        ("Open", "new"),
        ("Closed as completed", "done"),
        ("Closed as not planned", "done"),
        ("Closed as duplicate", "done"),
    ]


def test_reads_an_issue_with_all_its_values(connector, ken, ref, github):
    ken.make_milestone(SHOP, "1.0")
    issue = ken.create(
        SHOP,
        "Login fails",
        body="It **breaks**.\nReally.",
        labels=["bug"],
        assignees=["mia", "ken"],
        milestone="1.0",
        type="Bug",
    )
    ken.close(issue, "not_planned")

    found = connector.fetch([ref(issue)], Want(frozenset(FIELDS)))[ref(issue)]

    mia = Person(str(github.account("mia").id), "mia")
    assert (found.key, found.type) == ("shop#1", "Bug")
    assert found.url.endswith("/acme/shop/issues/1")
    assert found.fields["body"].md == "It **breaks**.\\\nReally."
    assert found.fields["state"] == "Closed as not planned"
    assert found.fields["labels"] == frozenset({"bug"})
    assert found.fields["assignees"] == frozenset({"mia", "ken"})
    assert found.fields["assignee"] in {mia, Person(str(github.account("ken").id), "ken")}
    assert found.fields["milestone"] == "1.0"
    assert found.fields["user"] == Person(str(github.account("ken").id), "ken")
    assert isinstance(found.fields["closed_at"], datetime)


def test_says_that_issues_have_no_files(connector, ken, ref):
    issue = ken.create(SHOP, "With a picture", body="![log](https://example.com/log.png)")

    found = connector.fetch([ref(issue)], Want(frozenset(), attachments=True))[ref(issue)]

    assert found.attachments == []
    with pytest.raises(UnsupportedError):
        connector.open(found.ref, Attachment("1", "log", 1, "text/plain", datetime.now(UTC)))


def test_reads_an_edit_of_the_same_second_as_another_revision(connector, ken, ref):
    issue = ken.create(SHOP, "One")
    first = connector.fetch([ref(issue)], TITLE)[ref(issue)]
    ken.edit(issue, title="Two")

    second = connector.fetch([ref(issue)], TITLE)[ref(issue)]

    assert first.rev != second.rev


def test_never_takes_a_pull_request_for_an_issue(connector, ken, ref):
    _, cursor = poll(connector, None)
    pull = ken.open_pull_request(SHOP, "Mend the login")
    ken.comment(pull, "Looks good.")

    changed, _ = poll(connector, cursor)

    assert changed == []
    assert list(connector.census(SHOP, "")) == []
    assert connector.fetch([ref(pull)], TITLE) == {ref(pull): Gone()}
    assert connector.search(SHOP, f"#{pull.number}") == []
    assert connector.search(SHOP, "mend login") == []


def test_finds_an_edited_comment(connector, ken):
    issue = ken.create(SHOP, "One")
    comment = ken.comment(issue, "Seen.")
    _, cursor = poll(connector, None)
    _, cursor = poll(connector, cursor)
    before = connector.fetch([Ref(connector.system.id, SHOP, id_of(issue))], TITLE)
    ken.edit_comment(comment.id, "Seen twice.")

    [changed], _ = poll(connector, cursor)

    assert changed.ref.id == id_of(issue)
    assert changed.rev not in {item.rev for item in before.values()}


def test_reads_an_edited_comment_as_another_revision(connector, ken, ref):
    want = Want(frozenset({"title"}), comments=True)
    issue = ken.create(SHOP, "One")
    comment = ken.comment(issue, "Seen.")
    before = connector.fetch([ref(issue)], want)[ref(issue)]
    ken.edit_comment(comment.id, "Seen twice.")

    assert connector.fetch([ref(issue)], want)[ref(issue)].rev != before.rev


def test_gives_each_issue_once_in_a_poll(connector, ken):
    issues = [ken.create(SHOP, f"Issue {number}") for number in range(3)]
    _, cursor = poll(connector, None)
    for issue in issues:
        ken.comment(issue, "Seen.")

    changed, _ = poll(connector, cursor)

    assert sorted(item.ref.id for item in changed) == sorted(map(id_of, issues))


def test_walks_through_more_changes_than_a_page_holds(connector, ken):
    _, cursor = poll(connector, None)
    for number in range(105):
        ken.create(SHOP, f"Issue {number}")

    changed, cursor = poll(connector, cursor)

    assert set(titles(changed)) == {f"Issue {number}" for number in range(105)}
    assert poll(connector, cursor)[0] == []


def test_tells_gone_from_denied(connector, ken, github, ref):
    issue = ken.create(SHOP, "Soon gone")
    other = ken.create(OPS, "Hidden")
    github.as_human("admin").delete(issue)
    github.change_account("sync", {"hidden_repositories": [OPS]})

    found = connector.fetch([ref(issue), ref(other, OPS)], TITLE)

    assert found[ref(issue)] == Gone()
    assert isinstance(found[ref(other, OPS)], Denied)
    assert "closed to our account" in found[ref(other, OPS)].message


def test_tells_issues_that_are_switched_off_from_gone(connector, ken, github, ref):
    issue = ken.create(SHOP, "Still there")
    github.as_human("admin").switch_issues(SHOP, is_on=False)

    found = connector.fetch([ref(issue)], TITLE)

    assert found == {ref(issue): Denied("Issues are switched off in acme/shop.")}
    with pytest.raises(ScopeError, match="switched off"):
        poll(connector, None)
    with pytest.raises(ScopeError, match="switched off"):
        connector.create(SHOP, "Issue", {"title": "New"}, "m-1")


def test_tells_a_token_without_the_right_to_read(connector, ken, github, ref):
    issue = ken.create(SHOP, "Unread")
    github.change_account("sync", {"permissions": {"metadata": "read"}})

    found = connector.fetch([ref(issue)], TITLE)

    assert isinstance(found[ref(issue)], Denied)
    with pytest.raises(DeniedError, match="Issues: read and write"):
        list(connector.census(SHOP, ""))


def test_follows_a_transferred_issue(connector, ken, ref):
    issue = ken.create(SHOP, "Moves")
    moved = ken.transfer(issue, OPS)

    found = connector.fetch([ref(issue)], TITLE)

    assert found == {ref(issue): Moved(ref(moved, OPS))}
    assert titles(connector.fetch([ref(moved, OPS)], TITLE).values()) == ["Moves"]


def test_follows_a_renamed_repository(connector, ken, github, ref):
    issues = [ken.create(SHOP, f"Issue {number}") for number in range(5)]
    _, cursor = poll(connector, None)
    github.as_human("admin").rename_repository(SHOP, "store")
    ken.edit(issues[0], title="Changed")

    found = connector.fetch([ref(issue) for issue in issues], TITLE)

    assert all(isinstance(one, Item) for one in found.values())
    assert "Changed" in titles(poll(connector, cursor)[0])
    assert set(connector.census(SHOP, "")) == set(map(id_of, issues))
    assert connector.create(SHOP, "Issue", {"title": "New"}, "m-1").ref.scope == SHOP
    back = connector.update(found[ref(issues[1])], {"title": "By us"})
    assert back.ref == ref(issues[1])


def test_never_takes_another_repositorys_issue_for_ours(connector, ken):
    issue = ken.create(SHOP, "Theirs")
    ours = Ref(connector.system.id, SHOP, f"{issue.number}-1")

    assert connector.fetch([ours], TITLE) == {ours: Gone()}


def test_takes_a_census_of_what_a_filter_leaves(connector, ken):
    bug = ken.create(SHOP, "Bug", labels=["bug"])
    closed = ken.close(ken.create(SHOP, "Closed bug", labels=["bug"]))
    ken.create(SHOP, "Other")

    assert list(connector.census(SHOP, "labels=bug")) == [id_of(bug), id_of(closed)]
    assert list(connector.census(SHOP, "labels=bug&state=open")) == [id_of(bug)]


@pytest.mark.parametrize("query", ["sort=created", "is:open", "per_page=1&state=open"])
def test_refuses_a_filter_that_the_list_does_not_know(connector, query):
    with pytest.raises(InvalidError, match="name=value"):
        list(connector.census(SHOP, query))


@pytest.mark.parametrize(("text", "logins"), [("MIA", ["mia"]), ("@ken", ["ken"]), ("zed", [])])
def test_finds_people_by_login(connector, text, logins):
    assert [one.name for one in connector.find_people(SHOP, text)] == logins


def test_refuses_to_search_a_closed_repository(connector, github):
    github.change_account("sync", {"hidden_repositories": [SHOP]})

    with pytest.raises(ScopeError):
        connector.search(SHOP, "basket")
