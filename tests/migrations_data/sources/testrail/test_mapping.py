import pytest

from migrations_data.base.inventory import take
from migrations_data.base.mapping import CustomTarget, Vocabulary, parse
from migrations_data.base.records import CaseRecord, Option, StepRecord
from migrations_data.sources.testrail.mapping import suggest

VOCABULARY = Vocabulary(
    choices={
        "type": {"functional": "Functional", "smoke": "Smoke", "acceptance": "Acceptance"},
        "priority": {"critical": "Critical", "medium": "Medium"},
        "state": {"draft": "Draft"},
    },
    custom=(CustomTarget("risk-class", "Risk", "text"),),
)


def rules_for(*cases):
    records = [CaseRecord(f"C{i}", "s", "T", fields) for i, fields in enumerate(cases)]
    return suggest(take(records), VOCABULARY, {})


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("custom_preconds", "preconditions"),
        ("custom_steps", "description"),
        ("custom_expected", "expected"),
        ("custom_mission", "description"),
        ("references", "references"),
        ("estimate", "estimate"),
        ("assignedto", "assignee"),
        ("status", "state"),
    ],
)
def test_knows_the_standard_fields(name, target):
    assert rules_for({name: "5"}).fields[name].to == target


def test_knows_steps_by_their_looks_whatever_their_name():
    steps = (StepRecord("a"),)

    assert rules_for({"custom_steps_case": steps}).fields["custom_steps_case"].to == "steps"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Option("1", "High"), "choice"),
        ((Option("1", "iOS"),), "multi"),
        ("true", "boolean"),
        ("12", "number"),
        ("007", "text"),
        ("2026-11-22", "date"),
        ("https://www.example.com/", "url"),
        ("word", "text"),
        ("two\nlines", "rich"),
    ],
)
def test_keeps_any_other_field_in_a_new_one_of_its_kind(value, kind):
    rule = rules_for({"custom_own_field": value}).fields["custom_own_field"]

    assert (rule.to, rule.slug, rule.name) == ("custom", "own-field", "Own field")
    assert (rule.kind, rule.is_new) == (kind, True)


def test_takes_a_field_of_the_same_name_that_exists():
    rule = rules_for({"custom_risk": Option("1", "High")}).fields["custom_risk"]

    assert (rule.slug, rule.kind, rule.is_new) == ("risk-class", "text", False)


@pytest.mark.parametrize(
    ("target", "word", "slug", "is_new"),
    [
        ("type", "functional", "functional", False),
        ("type", "Smoke & Sanity", "smoke", False),
        ("type", "UAT", "acceptance", False),
        ("type", "Chaos  monkey", "chaos-monkey", True),
        ("priority", "4 - Must Test", "critical", False),
        ("priority", "Critical", "critical", False),
        ("priority", "Срочно", "value", True),
    ],
)
def test_finds_the_choice_that_means_the_same(target, word, slug, is_new):
    rule = rules_for({target: word}).values[target][word]

    assert (rule.to, rule.is_new) == (slug, is_new)
    assert rule.reason


def test_gives_new_values_slugs_that_nobody_else_has():
    rules = rules_for({"type": "C#"}, {"type": "C++"}, {"type": "c++"}, {"type": "Smoke!"})

    slugs = {word: rule.to for word, rule in rules.values["type"].items()}
    assert slugs == {"C#": "c", "C++": "c-2", "c++": "c-2", "Smoke!": "smoke-2"}


@pytest.mark.parametrize(
    ("word", "template"),
    [
        ("Test Case  (Text)", "text"),
        ("Test Case (Steps)", "steps"),
        ("Exploratory Session", "exploratory"),
        ("Behaviour Driven Development", "bdd"),
        ("functional area", "by-content"),
    ],
)
def test_knows_templates_whatever_their_blanks(word, template):
    assert rules_for({"template": word}).values["template"][word].to == template


def test_is_a_valid_document():
    document = rules_for({"type": "UAT", "custom_x": "1", "template": "Test Case (Text)"})

    assert parse(document.as_json()) == document
