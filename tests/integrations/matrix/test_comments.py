"""Rows 22 and 29: comments that become internal, are edited by others, or bear a false mark."""

from integrations.models import CommentLink
from tests.integrations.matrix.hands import (
    hinted,
    is_silent,
    minutes,
    states,
    texts,
)


def test_row_22_a_mark_that_a_person_copies_adopts_nothing(linked):
    mark = linked.b.records["1"].marker
    pasted = linked.b.add({"title": "My own bug"}, marker=mark)
    linked.b.comment("1", "Mine!", marker=mark)

    minutes(linked, 3)

    assert pasted.fields["status"] == "Open"
    assert sorted(one.fields["title"] for one in linked.a.records.values()) == [
        "Login fails",
        "My own bug",
    ]
    assert texts(linked.a) == ["Mine!"]
    assert states() == ["active", "active"]


def test_row_29_internal_edited_and_deleted_comments_end_as_people_expect(linked):
    one, two, three = (linked.a.comment("1", text).id for text in ("One", "Two", "Three"))
    hinted(linked)
    minutes(linked, 1)
    assert texts(linked.b) == ["One", "Three", "Two"]
    copies = dict(CommentLink.objects.values_list("origin_id", "copy_id"))

    linked.a.restrict_comment("1", one)
    linked.b.edit_comment("1", copies[two], "Two, said otherwise")
    linked.a.delete_comment("1", three)
    minutes(linked, 2)
    linked.a.edit_comment("1", two, "Two, corrected")
    minutes(linked, 2)

    assert texts(linked.b) == ["Two, said otherwise"]
    assert texts(linked.a) == ["One", "Two, corrected"]
    assert dict(CommentLink.objects.values_list("origin_id", "state")) == {
        one: "withdrawn",
        two: "detached",
        three: "deleted",
    }
    assert is_silent(linked)
