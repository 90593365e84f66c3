"""What the rules say is done: a broken or hostile rule holds its field, never the item."""

from integrations.connectors.memory.tracker import SCHEMA
from integrations.engine.rules import default_document
from integrations.engine.rules.interpreter import INTERPRETER
from tests.integrations.engine.world import World


def world_with(*fields: dict, without: tuple[str, ...] = (), **document) -> World:
    """Return a world whose rules have fields in place of default ones."""
    made = default_document(SCHEMA, SCHEMA)
    gone = {*without, *(field["id"] for field in fields)}
    kept = [rule for rule in made["fields"] if rule["id"] not in gone]
    return World(document={**made, "fields": [*kept, *fields], **document})


def computed(expr: str, **more) -> dict:
    """Return a rule that computes side b's priority."""
    return {"id": "priority", "b": "priority", "dir": "a_to_b", "expr": expr, **more}


def other_of(world: World):
    (made,) = world.counterparts("b")
    return made


def test_an_expression_fills_a_field_and_follows_its_item():
    world = world_with(computed("'High' if 'prod' in item.labels else 'Low'"))
    item = world.person("a").add({"title": "Broken", "labels": frozenset({"prod"})})
    world.settle()
    assert other_of(world).fields["priority"] == "High"

    world.person("a").edit(item.id, {"labels": frozenset()})
    world.settle()

    assert other_of(world).fields["priority"] == "Low"
    writes = world.writes()
    world.settle()
    assert world.writes() == writes


def test_a_broken_expression_holds_its_field_and_the_rest_flows():
    world = world_with(computed("1 / 0"))
    item = world.person("a").add({"title": "Broken"})
    world.settle()

    assert world.holds() == {
        "priority": "The expression failed: line 1, column 1: it divides by zero."
    }
    world.person("a").edit(item.id, {"title": "Still flows"})
    world.settle()
    assert other_of(world).fields["title"] == "Still flows"


def test_row_27_a_bomb_holds_its_field_and_the_worker_goes_on():
    INTERPRETER.forgive()
    world = world_with(computed("[n := 10, [n := n * n for _ in range(40)]]"))
    world.person("a").add({"title": "Hostile"})

    world.settle()

    assert world.holds() == {"priority": "The expression failed: it ran away and was stopped."}
    assert other_of(world).fields["title"] == "Hostile"
    INTERPRETER.forgive()


def test_a_condition_keeps_a_field_from_travelling_until_it_holds():
    rule = {
        "id": "priority",
        "a": "priority",
        "b": "priority",
        "dir": "a_to_b",
        "when": "item.status == 'Doing'",
    }
    world = world_with(rule)
    item = world.person("a").add({"title": "Waits", "priority": "High"})
    world.settle()
    assert not other_of(world).fields["priority"]

    world.person("a").edit(item.id, {"status": "Doing"})
    world.settle()

    assert other_of(world).fields["priority"] == "High"


def test_elements_that_are_not_kept_stay_where_they_are_on_either_side():
    rule = {"id": "labels", "a": "labels", "b": "labels", "keep": "not x.startswith('int-')"}
    world = world_with(rule)
    item = world.person("a").add({"title": "T", "labels": frozenset({"prod", "int-a"})})
    world.settle()
    assert other_of(world).fields["labels"] == {"prod"}

    world.person("b").edit(other_of(world).id, {"labels": frozenset({"prod", "int-b", "new"})})
    world.settle()
    world.person("a").edit(item.id, {"labels": frozenset({"int-a", "new"})})
    world.settle()

    assert world.trackers["a"].record(item.id).fields["labels"] == {"int-a", "new"}
    assert other_of(world).fields["labels"] == {"int-b", "new"}
    writes = world.writes()
    world.settle()
    assert world.writes() == writes


def test_elements_that_the_map_leaves_alone_survive_a_write():
    values = {
        "pairs": [["prod", "prod"], ["test", "test"]],
        "a_to_b": {"missing": "nothing"},
        "b_to_a": {"missing": "nothing"},
    }
    world = world_with({"id": "labels", "a": "labels", "b": "labels", "map": values})
    item = world.person("a").add({"title": "T", "labels": frozenset({"prod"})})
    world.settle()
    world.person("b").edit(other_of(world).id, {"labels": frozenset({"prod", "theirs"})})
    world.settle()

    world.person("a").edit(item.id, {"labels": frozenset({"prod", "test", "ours"})})
    world.settle()

    assert other_of(world).fields["labels"] == {"prod", "test", "theirs"}


def test_steps_are_undone_on_the_way_back():
    steps = {
        "a_to_b": [{"do": "prefix", "text": "[QA] "}],
        "b_to_a": [{"do": "remove_prefix", "text": "[QA] "}],
    }
    world = world_with({"id": "title", "a": "title", "b": "title", "steps": steps})
    item = world.person("a").add({"title": "First"})
    world.settle()
    assert other_of(world).fields["title"] == "[QA] First"

    world.person("b").edit(other_of(world).id, {"title": "[QA] Second"})
    world.settle()

    assert world.trackers["a"].record(item.id).fields["title"] == "Second"
    assert other_of(world).fields["title"] == "[QA] Second"


def test_fixed_values_are_set_at_creation_and_again_at_every_write():
    world = world_with(
        without=("priority", "labels"),
        constants={"b": {"labels": {"value": ["synced"], "always": True}}},
        defaults={"b": {"priority": "Medium"}},
    )
    item = world.person("a").add({"title": "Fixed"})
    world.settle()
    made = other_of(world)
    assert (made.fields["priority"], made.fields["labels"]) == ("Medium", {"synced"})

    world.person("b").edit(made.id, {"labels": frozenset(), "priority": "High"})
    world.person("a").edit(item.id, {"title": "Written again"})
    world.settle()

    made = other_of(world)
    assert (made.fields["priority"], made.fields["labels"]) == ("High", {"synced"})


def test_a_filter_expression_chooses_what_gets_a_counterpart():
    world = world_with(filter={"a": {"expr": "item.priority == 'High'"}, "b": None})
    world.person("a").add({"title": "In", "priority": "High"})
    world.person("a").add({"title": "Out", "priority": "Low"})

    world.settle()

    assert [made.fields["title"] for made in world.counterparts("b")] == ["In"]
