"""Two installations keep their items in step, and neither writes into the other."""

from datetime import timedelta

import pytest
from django.db.models import F

from integrations import services
from integrations.connectors.memory.tracker import US
from integrations.models import Link, LinkEnd
from tests.factories.integrations import pass_time


def titles(pair):
    return [
        sorted(record.fields["title"] for record in end.tracker.records.values())
        for end in (pair.a, pair.b)
    ]


def linked(pair, **fields):
    """Return an item of the inviter and its counterpart."""
    mine = pair.a.tracker.add({"title": "Login fails", **fields})
    pair.minutes()
    return mine, pair.b.record()


def test_an_item_gets_exactly_one_counterpart_on_the_other_side(pair):
    mine, theirs = linked(pair)
    pair.minutes(4)

    assert titles(pair) == [["Login fails"], ["Login fails"]]
    for end, here, there in ((pair.a, mine, theirs), (pair.b, theirs, mine)):
        link = end.link()
        assert link.state == Link.State.ACTIVE
        assert {one.side: one.item_id for one in link.ends.all()} == {"a": here.id, "b": there.id}


@pytest.mark.full
def test_both_sides_may_begin(pair):
    pair.a.tracker.add({"title": "From A"})
    pair.b.tracker.add({"title": "From B"})

    pair.minutes(5)

    assert titles(pair) == [["From A", "From B"]] * 2


def test_edits_and_status_go_both_ways(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.edit(mine.id, {"title": "Login fails at night", "labels": frozenset({"ui"})})
    pair.minutes()
    pair.b.tracker.edit(theirs.id, {"status": "Done"})
    pair.minutes()

    for record in (mine, theirs):
        assert record.fields["title"] == "Login fails at night"
        assert record.fields["status"] == "Done"
        assert record.fields["labels"] == {"ui"}


@pytest.mark.full
def test_a_label_removed_on_the_other_side_goes_on_both(pair):
    mine, theirs = linked(pair, labels=frozenset({"ui", "old"}))

    pair.b.tracker.edit(theirs.id, {"labels": frozenset({"ui"})})
    pair.minutes()

    assert mine.fields["labels"] == theirs.fields["labels"] == {"ui"}


def test_comments_are_copied_once_and_never_back(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.comment(mine.id, "Seen here")
    pair.b.tracker.comment(theirs.id, "And here")
    pair.minutes(5)

    for record in (mine, theirs):
        texts = sorted(comment.body.md for comment in record.comments)
        assert texts == ["And here", "Seen here"]


@pytest.mark.full
def test_an_edited_comment_is_followed(pair):
    mine, theirs = linked(pair)
    comment = pair.a.tracker.comment(mine.id, "Seen")
    pair.minutes()

    pair.a.tracker.edit_comment(mine.id, comment.id, "Seen twice")
    pair.minutes()

    assert [one.body.md for one in theirs.comments] == ["Seen twice"]


@pytest.mark.full
def test_files_are_copied_once_and_never_back(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.attach(mine.id, "log.txt", "text/plain", b"it broke")
    pair.minutes(5)

    assert [one.name for one in mine.attachments.values()] == ["log.txt"]
    [copy] = theirs.attachments.values()
    assert pair.b.tracker.files[copy.id] == b"it broke"


def test_what_the_other_tracker_stores_differently_does_not_come_back(pair):
    pair.b.tracker.is_lossy = True
    long = "Login fails " * 9

    mine, theirs = linked(pair, title=long.strip())
    pair.minutes(4)

    assert mine.fields["title"] == long.strip()
    assert theirs.fields["title"] != long.strip()


@pytest.mark.full
def test_an_edit_of_the_shortened_copy_does_come_back(pair):
    pair.b.tracker.is_lossy = True
    mine, theirs = linked(pair, title="Login fails " * 9)

    pair.b.tracker.edit(theirs.id, {"title": "Short"})
    pair.minutes(4)

    assert mine.fields["title"] == theirs.fields["title"] == "Short"


@pytest.mark.full
def test_an_edit_here_survives_a_later_comment_there(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.edit(mine.id, {"title": "Mine"})
    pair.b.tracker.comment(theirs.id, "Changes when it was updated, and nothing else")
    pair.minutes(4)

    assert mine.fields["title"] == theirs.fields["title"] == "Mine"


@pytest.mark.full
def test_edits_of_both_sides_end_alike_and_are_not_swapped(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.edit(mine.id, {"title": "A's"})
    pair.b.tracker.edit(theirs.id, {"title": "B's"})
    pair.minutes(5)

    assert mine.fields["title"] == theirs.fields["title"] == "A's"  # a tie goes to the inviter


@pytest.mark.full
def test_an_edit_back_to_the_value_before_is_an_edit(pair):
    mine, theirs = linked(pair, title="One")

    pair.a.tracker.edit(mine.id, {"title": "Two"})
    pair.minutes()
    pair.b.tracker.edit(theirs.id, {"title": "One"})
    pair.minutes()
    held = (mine.fields["title"], theirs.fields["title"])
    pair.b.tracker.edit(theirs.id, {"title": "Two"})
    pair.a.tracker.edit(mine.id, {"title": "Three"})
    pair.minutes(5)

    assert held == ("One", "One")
    assert mine.fields["title"] == theirs.fields["title"] == "Three"


@pytest.mark.full
def test_nothing_is_written_once_all_is_in_step(pair):
    mine, theirs = linked(pair)
    revs = (mine.rev, theirs.rev)

    pair.minutes(5)

    assert (mine.rev, theirs.rev) == revs


@pytest.mark.full
def test_a_field_that_is_shared_no_longer_keeps_its_last_value(pair):
    mine, theirs = linked(pair, priority="High")
    version = pair.a.connection.versions.get(state="published")
    fields = [one for one in version.rules["fields"] if one["id"] != "priority"]
    services.publish_rules(
        user=pair.a.user, connection_id=pair.a.pk, document={**version.rules, "fields": fields}
    )

    pair.a.tracker.edit(mine.id, {"priority": "Low", "title": "Changed"})
    pair.minutes()

    assert theirs.fields["title"] == "Changed"
    assert theirs.fields["priority"] == "High"


@pytest.mark.full
def test_unlinking_keeps_both_items_and_stops_sharing(pair):
    mine, theirs = linked(pair)

    services.unlink(user=pair.a.user, link_id=pair.a.link().pk)
    pair.a.tracker.edit(mine.id, {"title": "Private again"})
    pair.minutes()

    assert theirs.fields["title"] == "Login fails"


@pytest.mark.full
def test_a_deleted_item_ends_the_link_of_the_other_side(pair):
    mine, theirs = linked(pair)

    pair.a.tracker.delete(mine.id)
    pair.a.connection.endpoints.update(next_census_at=pair.a.connection.created_at)
    for _ in range(2):
        pair.minutes(2)
        LinkEnd.objects.update(gone_since=F("gone_since") - timedelta(minutes=11))
        pass_time(660)
    pair.minutes(2)

    assert pair.b.link().state == Link.State.GONE
    assert pair.a.link().state == Link.State.GONE
    assert theirs.id in pair.b.tracker.records


@pytest.mark.full
def test_a_side_without_an_address_receives_and_is_not_asked(ends):
    ends.meet(is_reachable=False)
    for end in (ends.a, ends.b):
        version = end.connection.versions.get(state="published")
        version.rules = {**version.rules, "create": {"a": "auto", "b": "auto"}}
        version.save()
    ends.minutes(1)
    mine = ends.a.tracker.add({"title": "From the public side"})
    ends.b.tracker.add({"title": "From behind the firewall"})
    ends.minutes()
    ends.a.tracker.edit(mine.id, {"title": "Changed there"})

    ends.minutes()

    assert titles(ends) == [["Changed there"], ["Changed there", "From behind the firewall"]]


@pytest.mark.full
def test_only_our_own_account_ever_wrote_and_only_at_home(pair):
    _mine, theirs = linked(pair)

    assert theirs.author == US
    assert "create" not in pair.a.tracker.calls
