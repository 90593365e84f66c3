"""Directed schedules: the one order of events in which each safeguard matters."""

from datetime import timedelta

import pytest

from integrations.base.errors import (
    AuthFailedError,
    InvalidError,
    RateLimitedError,
    UncertainError,
    UnsupportedError,
)
from integrations.base.items import Rich
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import SCHEMA, US
from integrations.engine.rules import default_document
from integrations.engine.state import HoldKind, LinkPhase
from tests.integrations.engine.world import World, resolve


def linked(**arguments) -> World:
    """Return a world in which one item of a has its counterpart in b."""
    world = World(**arguments)
    world.person("a").add({"title": "Login fails", "labels": frozenset({"web"})})
    world.settle()
    return world


def once(world: World, step: str, act):
    """Do something the first time that a step comes."""

    def on_step(_index, name):
        if name == step:
            world.on_step = None
            act()

    world.on_step = on_step


def failing(error):
    def act():
        raise error

    return act


def rules(**changes) -> dict:
    """Return the default rules with changed fields: `title={"dir": "a_to_b"}`."""
    document = default_document(SCHEMA, SCHEMA)
    for rule in document["fields"]:
        rule.update(changes.get(rule["id"], {}))
    return document


def one(world: World, side):
    [record] = world.items(side)
    return record


def test_waits_out_the_search_lag_before_creating_again():
    world = World()
    world.person("a").add({"title": "Login fails"})
    once(world, "b.create.applied", failing(UncertainError("Lost.")))

    world.hint_everything()
    while world.work():
        pass
    world.pass_time(11)
    assert not world.trackers["b"].seen(one(world, "b").created_at)
    while world.work():
        pass
    world.settle()

    assert len(world.items("b")) == 1
    assert "adopted" in [entry.action for entry in world.log]


def test_creates_again_once_the_first_request_surely_left_nothing():
    world = World()
    world.person("a").add({"title": "Login fails"})
    once(world, "b.create.before", failing(UncertainError("Lost.")))

    world.settle()

    assert len(world.items("b")) == 1
    assert world.trackers["b"].calls.count("create") == 1 + 1
    assert world.trackers["b"].calls.count("find") >= 2


def test_knows_its_own_creation_that_comes_back_before_it_is_remembered():
    world = World()
    world.person("a").add({"title": "Login fails"})

    def webhook():
        world.hint("b", one(world, "b").id)
        world.work()

    once(world, "b.create.applied", webhook)

    world.settle()

    assert len(world.items("a")) == 1
    assert len(world.items("b")) == 1


def test_closes_a_late_twin_and_says_so_in_it():
    world = linked()
    [link] = world.links.values()
    marker = one(world, "b").marker
    twin = world.person("b").add({"title": "Login fails"}, author=US, marker=marker)

    world.settle()
    world.settle()

    assert twin.fields["status"] == "Done"
    [comment] = twin.comments
    assert comment.body.md.startswith("This is a duplicate of MEM-")
    assert len(world.items("a")) == 1
    assert world.links[link.id].ends["b"].id != twin.id


def test_a_marker_pasted_by_a_person_hijacks_nothing():
    world = linked()
    marker = one(world, "b").marker
    pasted = world.person("b").add({"title": "My own bug"}, marker=marker)

    world.settle()

    assert len(world.items("a")) == 2
    assert pasted.fields["status"] == "Open"


def test_a_forged_marker_of_our_own_account_is_no_marker():
    world = World()
    world.person("b").add({"title": "Made by our account"}, author=US, marker="A" * 43)

    world.settle()

    assert len(world.items("a")) == 1


def test_a_value_stored_differently_is_no_edit():
    world = linked()

    world.person("a").edit(one(world, "a").id, {"title": "Login   fails\toften"})
    world.settle()
    world.settle()

    assert one(world, "a").fields["title"] == "Login   fails\toften"
    assert one(world, "b").fields["title"] == "Login fails often"


def test_labels_of_both_sides_are_joined():
    world = linked()
    world.person("a").edit(one(world, "a").id, {"labels": frozenset({"web", "from-a"})})
    world.person("b").edit(one(world, "b").id, {"labels": frozenset({"from-b"})})

    world.settle()

    assert one(world, "a").fields["labels"] == frozenset({"from-a", "from-b"})
    assert one(world, "b").fields["labels"] == frozenset({"from-a", "from-b"})


def test_different_fields_of_both_sides_are_both_kept():
    world = linked()
    world.person("a").edit(one(world, "a").id, {"title": "Changed in a"})
    world.person("b").edit(one(world, "b").id, {"status": "Doing"})

    world.settle()

    assert one(world, "b").fields["title"] == "Changed in a"
    assert one(world, "a").fields["status"] == "Doing"


def test_a_conflict_holds_its_field_and_nothing_else():
    world = linked()
    world.person("a").edit(one(world, "a").id, {"title": "By a", "priority": "High"})
    world.person("b").edit(one(world, "b").id, {"title": "By b"})

    world.settle()

    [link] = world.links.values()
    assert link.holds["title"].kind is HoldKind.CONFLICT
    assert one(world, "a").fields["title"] == "By a"
    assert one(world, "b").fields["title"] == "By b"
    assert one(world, "b").fields["priority"] == "High"


@pytest.mark.parametrize(("side", "title"), [("a", "By a"), ("b", "By b")])
def test_a_person_decides_a_conflict(side, title):
    world = linked()
    world.person("a").edit(one(world, "a").id, {"title": "By a"})
    world.person("b").edit(one(world, "b").id, {"title": "By b"})
    world.settle()

    resolve(world, "title", side)
    world.settle()

    assert world.holds() == {}
    assert {one(world, "a").fields["title"], one(world, "b").fields["title"]} == {title}


def test_a_conflict_ends_by_itself_once_both_sides_agree():
    world = linked()
    world.person("a").edit(one(world, "a").id, {"title": "By a"})
    world.person("b").edit(one(world, "b").id, {"title": "By b"})
    world.settle()

    world.person("b").edit(one(world, "b").id, {"title": "By a"})
    world.settle()

    assert world.holds() == {}


def test_a_refused_value_holds_its_field_and_the_rest_is_written():
    world = linked()
    refusal = InvalidError("No.", fields={"priority": "High is not allowed here."})
    once(world, "b.update.before", failing(refusal))

    world.person("a").edit(one(world, "a").id, {"title": "New", "priority": "High"})
    world.hint_everything()
    while world.work():
        pass

    assert one(world, "b").fields["title"] == "New"
    assert world.holds() == {"priority": "High is not allowed here."}


def test_a_refusal_without_a_field_is_traced_to_its_field():
    world = linked()

    def on_step(_index, name):
        if name == "b.update.before" and world.trackers["b"].calls.count("update") != 3:
            raise UnsupportedError("There is no way to that status.")

    world.on_step = on_step
    world.person("a").edit(one(world, "a").id, {"title": "New", "status": "Done"})
    world.hint_everything()
    while world.work():
        pass

    assert len(world.holds()) == 1
    assert world.trackers["b"].calls.count("update") == 3


def test_a_held_value_is_tried_again_with_the_next_change():
    world = linked()
    refusal = InvalidError("No.", fields={"priority": "Not now."})
    once(world, "b.update.before", failing(refusal))
    world.person("a").edit(one(world, "a").id, {"priority": "High"})
    world.hint_everything()
    while world.work():
        pass

    world.settle()

    assert world.holds() == {}
    assert one(world, "b").fields["priority"] == "High"


def test_a_creation_without_a_refused_value_is_still_made():
    world = World()
    world.person("a").add({"title": "Login fails", "priority": "High"})
    refusal = InvalidError("No.", fields={"priority": "High is not on the screen."})
    once(world, "b.create.before", failing(refusal))

    world.hint_everything()
    while world.work():
        if world.items("b"):
            break

    assert one(world, "b").fields["title"] == "Login fails"
    world.settle()
    assert one(world, "b").fields["priority"] == "High"
    assert one(world, "a").fields["priority"] == "High"


def test_a_value_without_counterpart_is_held_by_name():
    document = rules(priority={"map": {"pairs": [["High", "High"]]}})
    world = linked(document=document)

    world.person("a").edit(one(world, "a").id, {"priority": "Low", "title": "New"})
    world.settle()

    assert world.holds() == {"priority": "“Low” has no counterpart in the value map."}
    assert one(world, "b").fields["title"] == "New"


def test_a_write_that_the_tracker_ignored_is_told_and_not_repeated():
    world = linked()
    tracker = world.trackers["b"]
    tracker.ignored.add("status")

    world.person("a").edit(one(world, "a").id, {"status": "Done"})
    world.settle()
    world.settle()

    assert world.holds() == {"status": "the tracker kept its own value"}
    assert tracker.calls.count("update") == 1
    assert one(world, "a").fields["status"] == "Done"


def test_a_stale_write_is_merged_anew():
    world = linked(has_strong_rev=True)
    item = one(world, "b")
    once(world, "guard", lambda: world.person("b").edit(item.id, {"status": "Doing"}))

    world.person("a").edit(one(world, "a").id, {"title": "New"})
    world.settle()

    assert item.fields["title"] == "New"
    assert one(world, "a").fields["status"] == "Doing"


def test_a_lost_answer_of_an_update_is_no_conflict_though_the_source_moved_on():
    world = linked()
    source = one(world, "a")

    def lose():
        world.person("a").edit(source.id, {"title": "Third  title"})
        raise UncertainError("Lost.")

    once(world, "b.update.applied", lose)
    world.person("a").edit(source.id, {"title": "Second  title"})
    world.settle()

    assert world.holds() == {}
    assert one(world, "b").fields["title"] == "Third title"
    assert source.fields["title"] == "Third  title"


def test_a_source_that_went_back_while_its_write_was_lost_takes_the_target_with_it():
    world = linked()
    source = one(world, "a")

    def lose():
        world.person("a").edit(source.id, {"title": "Login fails"})
        raise UncertainError("Lost.")

    once(world, "b.update.applied", lose)
    world.person("a").edit(source.id, {"title": "Second title"})
    world.settle()

    assert one(world, "b").fields["title"] == "Login fails"


def test_a_label_that_came_back_while_its_removal_was_lost_stays():
    world = linked()
    source = one(world, "a")

    def lose():
        world.person("a").edit(source.id, {"labels": frozenset({"web"})})
        raise UncertainError("Lost.")

    once(world, "b.update.applied", lose)
    world.person("a").edit(source.id, {"labels": frozenset()})
    world.settle()

    assert source.fields["labels"] == frozenset({"web"})
    assert one(world, "b").fields["labels"] == frozenset({"web"})


def test_waiting_is_as_long_as_the_tracker_asks():
    world = linked()
    once(world, "b.update.before", failing(RateLimitedError("Slow down.", retry_after=40)))
    world.person("a").edit(one(world, "a").id, {"title": "New"})
    world.hint_everything()
    asked_at = world.now()
    while world.work():
        pass

    [task] = [task for key, task in world.tasks.items() if key.startswith("L:")]
    assert task.due_at - asked_at >= timedelta(seconds=40)
    assert one(world, "b").fields["title"] == "Login fails"


def test_a_refused_sign_in_stops_everything_and_loses_nothing():
    world = World()
    world.person("a").add({"title": "Login fails"})
    once(world, "b.create.before", failing(AuthFailedError("The token was revoked.")))

    world.settle()

    assert len(world.items("b")) == 1
    [link] = world.links.values()
    assert link.phase is LinkPhase.ACTIVE


def test_a_one_way_field_leaves_the_target_to_its_people():
    world = linked(document=rules(title={"dir": "a_to_b"}))

    world.person("b").edit(one(world, "b").id, {"title": "Renamed in b"})
    world.settle()

    assert one(world, "a").fields["title"] == "Login fails"
    assert one(world, "b").fields["title"] == "Renamed in b"


def test_an_enforced_one_way_field_is_restored():
    world = linked(document=rules(title={"dir": "a_to_b", "drift": "enforce"}))

    world.person("b").edit(one(world, "b").id, {"title": "Renamed in b"})
    world.settle()

    assert one(world, "b").fields["title"] == "Login fails"


def test_a_deleted_item_closes_the_link_only_the_second_time():
    world = linked()
    gone = one(world, "a").id
    world.person("a").delete(gone)
    [before] = world.links.values()

    world.hint("a", gone)
    while world.work():
        pass
    [seen_once] = world.links.values()
    world.pass_time(601)
    while world.work():
        pass

    [seen_twice] = world.links.values()
    assert before.phase is seen_once.phase is LinkPhase.ACTIVE
    assert seen_twice.phase is LinkPhase.GONE
    assert len(world.items("b")) == 1


def test_a_hidden_item_is_held_and_never_taken_for_deleted():
    world = linked()
    world.trackers["b"].deny(one(world, "b").id)

    world.settle()
    [held] = world.links.values()
    world.trackers["b"].denied.clear()
    world.person("a").edit(one(world, "a").id, {"title": "New"})
    world.settle()

    assert held.phase is LinkPhase.HELD
    assert "No access" in held.reason
    assert one(world, "b").fields["title"] == "New"


def test_the_fuse_stops_two_automations_that_answer_each_other():
    world = linked()
    answers = 0

    def automation(_index, name):
        nonlocal answers
        if name == "b.update.applied":
            answers += 1
            world.trackers["b"].edit(one(world, "b").id, {"priority": "Low"})

    world.on_step = automation
    world.person("a").edit(one(world, "a").id, {"priority": "High"})
    for _ in range(30):
        world.hint_everything()
        while world.work():
            pass
        world.pass_time(1)
        if one(world, "a").fields["priority"] == "Low":
            world.person("a").edit(one(world, "a").id, {"priority": "High"})

    assert answers <= 10
    assert "oscillate between two values" in world.holds()["priority"]


def test_the_fuse_stops_a_rule_that_never_comes_to_rest():
    world = linked()
    for turn in range(30):
        world.person("a").edit(one(world, "a").id, {"title": f"[X] {turn}"})
        world.hint_everything()
        while world.work():
            pass

    assert world.trackers["b"].calls.count("update") == 10
    assert "written 10 times" in world.holds()["title"]


def test_fifty_rapid_edits_become_few_writes():
    world = linked()
    for turn in range(50):
        world.person("a").edit(one(world, "a").id, {"title": f"Title {turn}"})
        world.person("b").edit(one(world, "b").id, {"status": ["Doing", "Done"][turn % 2]})
    before = world.writes()

    world.settle()

    assert world.writes() - before <= 6
    assert one(world, "b").fields["title"] == "Title 49"
    assert one(world, "a").fields["status"] == "Done"


def test_rich_text_keeps_the_native_document_of_its_own_side():
    world = linked()

    world.person("a").edit(one(world, "a").id, {"description": Rich("New **text**")})
    world.settle()

    assert one(world, "b").fields["description"] == Rich("New **text**")


def test_an_edit_between_reading_and_writing_is_not_taken_for_the_value_that_was_sent():
    world = linked()
    source = one(world, "a")
    world.person("a").edit(source.id, {"status": "Done"})
    world.person("b").edit(one(world, "b").id, {"title": "Changed in b"})
    once(world, "guard", lambda: world.person("a").edit(source.id, {"status": "Doing"}))

    world.settle()

    assert source.fields["status"] == one(world, "b").fields["status"] == "Doing"


def test_an_item_names_its_counterpart_once_where_the_rules_want_it(monkeypatch):
    said = []
    monkeypatch.setattr(
        MemoryConnector,
        "mention_link",
        lambda _self, ref, key, url, title: said.append((ref.id, key, url, title)),
    )
    schema = World().trackers["a"].schema
    world = World(document={**default_document(schema, schema), "mentions": {"b": True}})
    world.person("a").add({"title": "Login fails"})

    world.settle()
    world.settle()

    assert said == [(one(world, "b").id, "MEM-1", "https://a.example/MEM-1", "Login fails")]


def test_a_tracker_that_shows_no_links_stops_nothing():
    schema = World().trackers["a"].schema
    world = World(document={**default_document(schema, schema), "mentions": {"a": True}})
    world.person("a").add({"title": "Login fails"})

    world.settle()

    assert world.picture()["b"]
    assert [entry.message for entry in world.log if entry.action == "skipped"] == [
        "No link to MEM-1: Memory shows no links to other systems."
    ]
