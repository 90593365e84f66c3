"""What a field rule does beside copying: expressions, conditions, steps, fixed values."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.items import Person, Rich
from integrations.engine.rules import RulesError, parse
from integrations.engine.rules.interpreter import INTERPRETER
from integrations.engine.rules.steps import STEPS, Step
from integrations.engine.rules.values import UntranslatableError
from tests.integrations.engine.rules.test_document import DOCUMENT
from tests.integrations.engine.rules.test_language import ITEM


def rules_with(field: dict, **document):
    """Return rules with one more field."""
    return parse({**DOCUMENT, "fields": [{"id": "f", **field}], **document})


def rule_of(**field):
    """Return one field rule that sends from a to b."""
    return rules_with({"b": "out", "dir": "a_to_b", **field}).fields[0]


def nobody(_side, _person):
    return None


def translated(value, side="a", **field):
    rules = rules_with({"a": "title", "b": "out", **field})
    return rules.translate(rules.fields[0], side, value, nobody)


def test_an_expression_makes_the_value_of_the_sending_side():
    rule = rule_of(a="title", expr="value + ' ' + item.key")

    assert rule.value("a", ITEM) == "It breaks P-1"
    assert rule.value("b", ITEM) is None


def test_an_expression_needs_no_field_of_its_own():
    rules = rules_with(
        {"b": "env", "dir": "a_to_b", "expr": "'Live' if 'prod' in item.labels else 'Test'"}
    )

    assert rules.fields[0].value("a", ITEM) == "Live"
    assert rules.wanted("a") == {"labels", "priority"}


def test_what_an_expression_gives_goes_through_the_value_map():
    field = {"a": "title", "expr": "'High'", "map": {"pairs": [["High", "1"]]}}
    rules = rules_with({"b": "out", "dir": "a_to_b", **field})

    value = rules.fields[0].value("a", ITEM)

    assert rules.translate(rules.fields[0], "a", value, nobody) == "1"


def test_a_template_needs_no_script():
    rule = rule_of(a="body", template="{key}: {value} ({System.Title}, {owner}, {nothing})")

    assert rule.value("a", ITEM) == "P-1: **bold** (dotted, Ann, )"
    assert rule.fields("a") == {"body", "System.Title", "owner", "nothing"}


def test_a_condition_lets_a_side_send():
    when = {"a": "item.type == 'Bug'", "b": "value != 'It breaks'"}
    rule = rules_with({"a": "title", "b": "title", "when": when}).fields[0]

    assert rule.senders_of({"a": ITEM, "b": ITEM}) == {"a"}
    assert rule.senders_of({"a": replace(ITEM, type="Epic"), "b": ITEM}) == set()


def test_chooses_the_elements_of_a_set_for_both_sides():
    rule = rules_with({"a": "labels", "b": "tags", "keep": "not x.startswith('int-')"}).fields[0]

    for side in ("a", "b"):
        assert rule.kept(side, frozenset({"prod", "int-1"})) == {"prod"}


@pytest.mark.parametrize(
    ("step", "value", "result"),
    [
        ({"do": "prefix", "text": "[QA] "}, "x", "[QA] x"),
        ({"do": "suffix", "text": "!"}, "x", "x!"),
        ({"do": "remove_prefix", "text": "[QA] "}, "[QA] x", "x"),
        ({"do": "remove_suffix", "text": "!"}, "x!", "x"),
        ({"do": "replace", "find": "a", "with": ""}, "banana", "bnn"),
        ({"do": "truncate", "length": 3}, "abcdef", "abc"),
        ({"do": "upper"}, "x", "X"),
        ({"do": "lower"}, "X", "x"),
        ({"do": "strip"}, " x ", "x"),
        ({"do": "upper"}, Rich("x", native=1), Rich("X")),
        ({"do": "upper"}, frozenset({"x"}), frozenset({"X"})),
        ({"do": "prefix", "text": "-"}, "", ""),
        ({"do": "upper"}, None, None),
        ({"do": "upper"}, Decimal(1), Decimal(1)),
    ],
)
def test_steps_change_what_is_sent(step, value, result):
    assert translated(value, dir="a_to_b", steps=[step]) == result


def test_steps_follow_one_another_and_each_direction_has_its_own():
    steps = {
        "a_to_b": [{"do": "upper"}, {"do": "prefix", "text": "> "}],
        "b_to_a": [{"do": "remove_prefix", "text": "> "}],
    }

    assert translated("x", steps=steps) == "> X"
    assert translated("> X", "b", steps=steps) == "X"


@given(st.text(), st.text(min_size=1), st.sampled_from(["prefix", "suffix", "upper", "strip"]))
def test_a_step_done_twice_does_no_more_than_once(value, text, name):
    step = Step(name, (text,) if STEPS[name][0] else ())

    assert step.apply(step.apply(value)) == step.apply(value)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"expr": "nope"}, "fields[0].expr: line 1, column 1: “nope” is not known here"),
        ({"expr": "1", "dir": "both"}, "fields[0].expr: needs one direction"),
        ({"expr": "1", "template": "x"}, "fields[0].template: cannot stand beside"),
        ({"expr": "x"}, "fields[0].expr: line 1, column 1: “x” is not known"),
        ({"template": 1}, "fields[0].template: must be a text"),
        ({"a": "t", "keep": "item.key"}, "fields[0].keep: line 1, column 1: “item” is not known"),
        ({"a": "t", "when": "1", "dir": "both"}, "fields[0].when: needs one expression for each"),
        ({"a": "t", "when": {"c": "1"}}, "fields[0].when.c: is unknown"),
        ({}, "fields[0].a: must be a text"),
        ({"a": "t", "steps": [{"do": "melt"}]}, "fields[0].steps[0].do: must be one of prefix"),
        ({"a": "t", "steps": [{"do": "prefix"}]}, "fields[0].steps[0].text: must be a text"),
        ({"a": "t", "steps": [{"do": "upper", "x": 1}]}, "fields[0].steps[0].x: is unknown"),
        (
            {"a": "t", "steps": [{"do": "truncate", "length": 0}]},
            "fields[0].steps[0].length: must be a whole number",
        ),
        (
            {"a": "t", "dir": "both", "steps": {"a_to_b": [{"do": "truncate", "length": 9}]}},
            "fields[0].steps.a_to_b[0].do: loses text",
        ),
    ],
)
def test_names_the_place_of_what_is_wrong(field, message):
    with pytest.raises(RulesError) as refusal:
        rule_of(**field)

    assert str(refusal.value).startswith(message)


def test_fixed_values_fill_what_nobody_fills():
    rules = parse(
        {
            **DOCUMENT,
            "constants": {"b": {"team": "QA", "area": {"value": ["x", "y"], "always": True}}},
            "defaults": {"b": {"points": 1.5, "owner": {"id": "7"}, "title": "Untitled"}},
        }
    )

    assert rules.created_with("b", {"title": "", "team": "Dev"}) == {
        "title": "Untitled",
        "team": "Dev",
        "area": frozenset({"x", "y"}),
        "points": Decimal("1.5"),
        "owner": Person("7", "7"),
    }
    assert rules.written_with("b") == {"area": frozenset({"x", "y"})}
    assert rules.created_with("a", {"x": 1}) == {"x": 1}


@pytest.mark.parametrize(
    ("constants", "message"),
    [
        ({"b": {"team": None}}, "constants.b.team: must be a text, a number"),
        ({"b": {"team": {"value": "x", "often": 1}}}, "constants.b.team.often: is unknown"),
        ({"c": {}}, "constants.c: is unknown"),
        ({"b": ["x"]}, "constants.b: must be an object"),
    ],
)
def test_refuses_fixed_values_that_are_none(constants, message):
    with pytest.raises(RulesError) as refusal:
        parse({**DOCUMENT, "constants": constants})

    assert str(refusal.value).startswith(message)


def filtered(condition, out_of_scope="unlink"):
    """Return rules with a filter on side a."""
    return parse({**DOCUMENT, "filter": {"a": condition}, "out_of_scope": out_of_scope})


def test_a_filter_may_be_negated_and_may_hold_an_expression():
    line = {"field": "type", "op": "is", "value": "Epic"}
    rules = filtered({"all": [{"not": line}, {"expr": "'prod' in item.labels"}]})

    assert rules.refusal("a", ITEM) == ""
    assert rules.wanted("a") == {"title", "priority", "labels"}
    assert rules.refusal("a", replace(ITEM, type="Epic")) == "The filter leaves this item out."


def test_a_filter_that_fails_says_so_and_lets_nothing_go():
    rules = filtered({"expr": "1 / 0"})

    assert rules.refusal("a", ITEM).startswith("The filter could not be asked. The expression")
    assert not rules.has_left("a", ITEM)


def test_an_item_that_leaves_the_filter_keeps_its_link_unless_the_rules_say_otherwise():
    line = {"field": "type", "op": "is", "value": "Epic"}

    assert filtered(line).has_left("a", ITEM)
    assert not filtered(line, "keep").has_left("a", ITEM)
    assert not filtered({"not": line}).has_left("a", ITEM)


def test_a_document_without_expressions_starts_nothing():
    INTERPRETER.close()

    rules = parse(DOCUMENT)
    rules.fields[0].value("a", ITEM)
    rules.fields[0].senders_of({"a": ITEM})
    rules.fields[0].kept("a", frozenset({"x"}))
    rules.refusal("a", ITEM)

    assert not INTERPRETER.is_running


def test_row_27_a_hostile_rule_holds_its_field_only():
    bomb = rule_of(expr="['a' * 10**6] * 10**6")

    with pytest.raises(UntranslatableError, match="no value that a field can hold"):
        bomb.value("a", ITEM)

    assert rule_of(a="title").value("a", ITEM) == "It breaks"
