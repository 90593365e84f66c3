import io
from datetime import UTC, datetime, timedelta

import pytest

from integrations.base.errors import (
    InvalidError,
    TooLargeError,
    UnsupportedError,
)
from integrations.base.items import NewComment, Person, Ref, Rich, Want

SHOP = "acme/shop"
WHOLE = Want(frozenset({"title", "body", "state", "labels", "assignee", "assignees"}))
MARK = "<!-- tp-sync:m-1 -->"


@pytest.fixture
def read(connector):
    """Return an issue as we read it."""

    def fetched(issue, scope=SHOP):
        ref = Ref(connector.system.id, scope, f"{issue.number}-{issue.id}")
        return connector.fetch([ref], WHOLE)[ref]

    return fetched


@pytest.fixture
def who(github):
    return lambda login: Person(str(github.account(login).id), login)


@pytest.fixture
def held(github):
    """Return an issue of ours as GitHub holds it."""
    return lambda item: github.as_human("admin").issue(f"acme/{item.key}")


@pytest.fixture
def comment():
    return NewComment(Rich("Seen."), Person(None, "Ada"), "DEF-1", "https://p.example/1", "c-1")


def test_creates_values_of_every_kind(connector, ken, who):
    ken.make_milestone(SHOP, "1.0")
    values = {
        "title": " Login\n fails ",
        "body": Rich("It **breaks**."),
        "labels": frozenset({"bug", "brand-new"}),
        "assignee": who("mia"),
        "milestone": "1.0",
        "state": "Closed as duplicate",
    }

    item = connector.create(SHOP, "Feature", values, "m-1")

    assert item.fields == {**values, "title": "Login fails"}
    assert (item.type, item.marker, item.is_author_us) == ("Feature", "m-1", True)


def test_hides_the_marker_at_the_end_of_the_body(connector, held):
    item = connector.create(SHOP, "Issue", {"title": "One", "body": Rich("It breaks.")}, "m-1")

    assert held(item).body == f"It breaks.\n\n{MARK}"


def test_creates_an_issue_without_a_body(connector, held):
    item = connector.create(SHOP, "Issue", {"title": "One", "body": None}, "m-1")

    assert held(item).body == MARK
    assert item.fields["body"] is None


def test_finds_only_our_own_creation(connector, ken):
    ken.create(SHOP, "Copied", body=f"It breaks.\n\n{MARK}")

    assert connector.find(SHOP, "m-1", datetime.now(UTC) - timedelta(hours=1)) is None


def test_looks_no_further_back_than_asked(connector):
    connector.create(SHOP, "Issue", {"title": "One"}, "m-1")

    now = datetime.now(UTC)
    assert connector.find(SHOP, "m-1", now + timedelta(minutes=1)) is None
    assert connector.find(SHOP, "m-1", now - timedelta(minutes=1)) is not None


def test_keeps_the_marker_and_what_people_wrote_below_it(connector, ken, held):
    item = connector.create(SHOP, "Issue", {"title": "One", "body": Rich("It breaks.")}, "m-1")
    ken.edit(held(item), body=f"It breaks.\n\n{MARK}\n\nEven on Mondays.")
    [base] = connector.fetch([item.ref], WHOLE).values()

    back = connector.update(base, {"body": Rich("It works.\n\nEven on Mondays.")})

    assert back.fields["body"] == Rich("It works.\n\nEven on Mondays.")
    assert back.marker == "m-1"
    assert held(item).body.replace("\r\n", "\n") == f"It works.\n\nEven on Mondays.\n\n{MARK}"


def test_leaves_out_a_marker_that_somebody_deleted(connector, ken, held):
    item = connector.create(SHOP, "Issue", {"title": "One", "body": Rich("It breaks.")}, "m-1")
    ken.edit(held(item), body="It breaks.")
    [base] = connector.fetch([item.ref], WHOLE).values()

    back = connector.update(base, {"body": Rich("It works.")})

    assert (back.marker, held(item).body) == (None, "It works.")


def test_reads_the_body_again_where_it_was_not_asked_for(connector, ken, read, held):
    item = connector.create(SHOP, "Issue", {"title": "One"}, "m-1")

    back = connector.update(item, {"body": Rich("Now with words.")})

    assert back.marker == "m-1"
    assert held(item).body == f"Now with words.\n\n{MARK}"


def test_leaves_untouched_blocks_as_they_were(connector, ken, read):
    body = "<details><summary>Log</summary>x</details>\n\nHello @mia.\n\nOld."
    issue = ken.create(SHOP, "One", body=body)
    base = read(issue)

    connector.update(base, {"body": Rich(base.fields["body"].md.replace("Old", "New"))})

    kept = ken.issue(issue).body.replace("\r\n", "\n")
    assert kept == body.replace("Old", "New")


def test_shows_which_item_of_the_other_side_it_belongs_to(connector, held, calls):
    item = connector.create(SHOP, "Issue", {"title": "One", "body": Rich("It breaks.")}, "m-1")

    for title in ("Old", "<New> @mia", "<New> @mia"):
        connector.mention_link(item.ref, "DEF-1", "https://p.example/r/1?(a)", title)
    back = connector.update(item, {"body": Rich("It works.")})

    assert held(item).body == (
        "It works.\n\n"
        "Synced with [DEF-1 New @mia](https://p.example/r/1?%28a%29)<!-- tp-link -->\n\n"
        f"{MARK}"
    )
    assert (back.fields["body"], back.marker) == (Rich("It works."), "m-1")
    assert [call[0] for call in calls].count("PATCH") == 3


def test_keeps_the_link_where_another_connector_wrote_it(connect, held):
    connector = connect()
    item = connector.create(SHOP, "Issue", {"title": "One", "body": Rich("It breaks.")}, "m-1")
    connect().mention_link(item.ref, "DEF-1", "https://p.example/r/1", "One")
    [base] = connect().fetch([item.ref], WHOLE).values()

    connect().update(base, {"body": Rich("It works.")})

    assert "Synced with [DEF-1 One](https://p.example/r/1)" in held(item).body


@pytest.mark.parametrize(
    "status", ["Closed as completed", "Closed as not planned", "Closed as duplicate"]
)
def test_closes_and_opens_again(connector, ken, read, status):
    base = read(ken.create(SHOP, "One"))

    closed = connector.update(base, {"state": status})
    opened = connector.update(closed, {"state": "Open"})

    assert (closed.fields["state"], opened.fields["state"]) == (status, "Open")


def test_gives_another_reason_for_being_closed(connector, ken, read):
    base = read(ken.close(ken.create(SHOP, "One")))

    back = connector.update(base, {"state": "Closed as not planned", "title": "Two"})

    assert (back.fields["state"], back.fields["title"]) == ("Closed as not planned", "Two")


def test_replaces_the_first_assignee_and_keeps_the_others(connector, ken, read, who):
    base = read(ken.create(SHOP, "One", assignees=["ken", "amy"]))
    first = base.fields["assignee"].name
    [other] = base.fields["assignees"] - {first}

    back = connector.update(base, {"assignee": who("mia")})

    assert back.fields["assignees"] == {"mia", other}


def test_takes_the_last_assignee_off(connector, ken, read):
    base = read(ken.create(SHOP, "One", assignees=["ken"]))

    assert connector.update(base, {"assignee": None}).fields["assignees"] == frozenset()


def test_refuses_somebody_who_cannot_be_assigned(connector, ken, read, who):
    base = read(ken.create(SHOP, "One"))

    with pytest.raises(InvalidError) as refusal:
        connector.update(base, {"assignee": who("outsider")})

    assert "outsider" in refusal.value.fields["assignee"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"milestone": "9.9"}, "milestone"),
        ({"state": "Fixed"}, "state"),
        ({"title": " "}, "title"),
        ({"user": Person("1", "Ada")}, "user"),
        ({"severity": "High"}, "severity"),
    ],
)
def test_refuses_by_field_before_anything_is_sent(connector, ken, read, calls, changes, field):
    base = read(ken.create(SHOP, "One"))
    calls.clear()

    with pytest.raises(InvalidError) as refusal:
        connector.update(base, changes)

    assert refusal.value.fields[field]
    assert {method for method, _path, _status in calls} <= {"GET"}


def test_takes_a_milestone_off(connector, ken, read):
    ken.make_milestone(SHOP, "1.0")
    base = read(ken.create(SHOP, "One", milestone="1.0"))

    assert connector.update(base, {"milestone": None}).fields["milestone"] is None


def test_refuses_new_labels_where_a_person_wants_none(connect, ken, read):
    base = read(ken.create(SHOP, "One"))
    connector = connect(credentials={"token": "sandbox-t0ken", "new_labels": "existing"})

    back = connector.update(base, {"labels": frozenset({"BUG"})})
    with pytest.raises(InvalidError) as refusal:
        connector.update(base, {"labels": frozenset({"bug", "brand-new"})})

    assert back.fields["labels"] == {"bug"}
    assert refusal.value.fields == {"labels": "The repository has no label “brand-new”."}


def test_shows_that_github_dropped_what_we_may_not_set(connector, github):
    github.change_account("sync", {"role": "read"})

    item = connector.create(SHOP, "Issue", {"title": "One", "labels": frozenset({"bug"})}, "m-1")

    assert item.fields["labels"] == frozenset()


@pytest.mark.parametrize(("field", "value"), [("title", "x" * 257), ("body", Rich("x" * 65_536))])
def test_refuses_what_is_too_long(connector, field, value):
    with pytest.raises(TooLargeError) as refusal:
        connector.create(SHOP, "Issue", {"title": "One", field: value}, "m-1")

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("title", " Two\nlines ", "Two lines"),
        ("body", Rich("* a\n* b"), Rich("- a\n- b")),
        ("comment", Rich("Ask @ken."), Rich("Ask @ken.")),
        ("labels", frozenset({"A"}), frozenset({"A"})),
    ],
)
def test_predicts_what_github_stores(connector, field, value, stored):
    assert connector.normalise(field, value) == stored


def test_calls_nobody_by_a_copied_comment(connector, ken, read, comment, github):
    issue = ken.create(SHOP, "One")
    text = NewComment(Rich("Ask @mia."), comment.author, comment.key, comment.url, "c-1")

    made = connector.add_comment(read(issue).ref, text)

    [raw] = ken.comments(issue)
    assert raw.body.startswith("**Ada** · [DEF-1](https://p.example/1#tp-sync-c-1):")
    assert "@mia" not in raw.body
    assert made.body == Rich("Ask @mia.")


def test_takes_nobody_elses_comment_for_ours(connector, ken, read, comment):
    issue = ken.create(SHOP, "One")
    item = read(issue)
    connector.add_comment(item.ref, comment)
    [ours] = ken.comments(issue)
    connector.delete_comment(item.ref, ours.id)
    ken.comment(issue, ours.body)

    assert connector.find_comment(item.ref, "c-1") is None


def test_says_that_there_is_no_place_for_files(connector, ken, read):
    with pytest.raises(UnsupportedError, match=r"log\.txt"):
        connector.upload(read(ken.create(SHOP, "One")).ref, "log.txt", "text/plain", io.BytesIO())


def test_says_that_it_deletes_nothing(connector, ken, read):
    with pytest.raises(UnsupportedError):
        connector.delete(read(ken.create(SHOP, "One")).ref)
