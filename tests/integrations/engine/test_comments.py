"""Comments are copied once, both ways; the origin owns the text, people own what they edited."""

import pytest

from integrations.base.errors import InvalidError, TransientError, UncertainError
from integrations.base.items import Rich
from integrations.connectors.memory.tracker import SCHEMA, US
from integrations.engine.rules import default_document
from integrations.engine.state import CopyState
from tests.integrations.engine.test_schedules import failing, linked, once, one


def texts(world, side):
    return [comment.body.md for comment in one(world, side).comments]


def commented(**arguments):
    """Return a world with one comment of a and its copy in b."""
    world = linked(**arguments)
    world.person("a").comment(one(world, "a").id, "I saw it.")
    world.settle()
    return world


def states(world):
    [link] = world.links.values()
    return [comment.state for comment in link.comments.values()]


def test_both_sides_get_the_comments_of_the_other_once():
    world = commented()
    world.person("b").comment(one(world, "b").id, "Me too.")

    world.settle()
    world.settle()

    assert sorted(texts(world, "a")) == sorted(texts(world, "b")) == ["I saw it.", "Me too."]


def test_an_edit_at_the_origin_is_followed():
    world = commented()
    [comment] = one(world, "a").comments

    world.person("a").edit_comment(one(world, "a").id, comment.id, "I saw it twice.")
    world.settle()

    assert texts(world, "b") == ["I saw it twice."]


def test_a_copy_edited_by_hand_is_never_overwritten():
    world = commented()
    [origin], [copy] = one(world, "a").comments, one(world, "b").comments
    world.person("b").edit_comment(one(world, "b").id, copy.id, "My words.")
    world.settle()

    world.person("a").edit_comment(one(world, "a").id, origin.id, "Other words.")
    world.settle()

    assert texts(world, "a") == ["Other words."]
    assert texts(world, "b") == ["My words."]
    assert states(world) == [CopyState.DETACHED]


def test_a_comment_deleted_at_the_origin_is_deleted_in_the_copy():
    world = commented()
    [origin] = one(world, "a").comments

    world.person("a").delete_comment(one(world, "a").id, origin.id)
    world.settle()

    assert texts(world, "b") == []


def test_a_copy_deleted_by_hand_does_not_come_back():
    world = commented()
    [copy] = one(world, "b").comments

    world.person("b").delete_comment(one(world, "b").id, copy.id)
    world.settle()
    world.settle()

    assert texts(world, "a") == ["I saw it."]
    assert texts(world, "b") == []


def test_an_internal_comment_never_leaves():
    world = linked()
    world.person("a").comment(one(world, "a").id, "Secret.", is_restricted=True)

    world.settle()

    assert texts(world, "b") == []


def test_a_comment_that_becomes_internal_is_withdrawn():
    world = commented()
    [origin] = one(world, "a").comments

    world.person("a").restrict_comment(one(world, "a").id, origin.id)
    world.settle()

    assert texts(world, "b") == []
    assert states(world) == [CopyState.WITHDRAWN]


def test_internal_comments_travel_where_a_connection_opens_them():
    document = default_document(SCHEMA, SCHEMA)
    document["comments"]["restricted"] = True
    world = linked(document=document)
    world.person("a").comment(one(world, "a").id, "Secret.", is_restricted=True)

    world.settle()

    assert texts(world, "b") == ["Secret."]


def test_comments_stay_where_sending_is_off():
    document = default_document(SCHEMA, SCHEMA)
    document["comments"]["a_to_b"] = False
    world = commented(document=document)

    assert texts(world, "b") == []


@pytest.mark.parametrize("step", ["b.add_comment.before", "b.add_comment.applied"])
def test_a_lost_answer_makes_no_second_copy(step):
    world = linked()
    once(world, step, failing(UncertainError("Lost.")))
    world.person("a").comment(one(world, "a").id, "I saw it.")

    world.settle()
    world.settle()

    assert texts(world, "b") == ["I saw it."]


def test_a_second_copy_of_a_delayed_request_is_deleted():
    world = commented()
    [copy] = one(world, "b").comments
    world.trackers["b"].comment(one(world, "b").id, "I saw it.", author=US, marker=copy.marker)

    world.settle()

    assert [comment.id for comment in one(world, "b").comments] == [copy.id]
    assert texts(world, "a") == ["I saw it."]


def test_a_person_who_copies_a_marker_loses_no_comment():
    world = commented()
    [copy] = one(world, "b").comments
    world.person("b").comment(one(world, "b").id, "Mine!", marker=copy.marker)

    world.settle()

    assert "Mine!" in texts(world, "b")


def test_a_copy_of_a_forgotten_link_is_found_and_never_copied_back():
    world = commented()
    [link] = world.links.values()
    world.links[link.id] = type(link)(link.id, link.origin, link.ends, link.phase)

    world.settle()

    assert texts(world, "a") == ["I saw it."]
    assert texts(world, "b") == ["I saw it."]


def test_a_refused_comment_is_told_and_the_others_go_on():
    world = linked()
    once(world, "b.add_comment.before", failing(InvalidError("Too rude.")))
    world.person("a").comment(one(world, "a").id, "First.")
    world.person("a").comment(one(world, "a").id, "Second.")

    world.settle()

    assert texts(world, "b") == ["Second."]
    assert sorted(states(world)) == [CopyState.OK, CopyState.REFUSED]


def test_a_tracker_that_is_down_is_asked_again():
    world = linked()
    once(world, "b.add_comment.before", failing(TransientError("Down.")))
    world.person("a").comment(one(world, "a").id, "First.")

    world.settle()

    assert texts(world, "b") == ["First."]


def test_copies_name_their_author_and_carry_no_foreign_document():
    world = linked()
    seen = []
    connector = world.engine(None).places["b"].connector
    add = type(connector).add_comment

    def spy(self, ref, comment):
        seen.append(comment)
        return add(self, ref, comment)

    type(connector).add_comment = spy
    try:
        world.person("a").comment(one(world, "a").id, "I saw it.")
        world.settle()
    finally:
        type(connector).add_comment = add

    [comment] = seen
    assert (comment.author.name, comment.key) == ("Ann", "MEM-1")
    assert comment.body == Rich("I saw it.")
    assert comment.body.native is None
