import json

import pytest

from migrations_data.base.mapping import (
    FieldRule,
    MappingDocument,
    MappingError,
    Settings,
    ValueRule,
    parse,
)

DOCUMENT = MappingDocument(
    source="testrail",
    fields={
        "type": FieldRule(to="type"),
        "custom_risk": FieldRule("custom", "risk", "Risk", "choice", is_new=True),
    },
    values={"type": {"UAT": ValueRule("acceptance", reason="means the same")}},
    settings=Settings(hours_a_day=7),
)


def test_survives_being_saved():
    saved = json.dumps(DOCUMENT.as_json())

    assert parse(json.loads(saved)) == DOCUMENT


def test_of_a_person_goes_over_the_guess():
    guess = MappingDocument(
        "testrail",
        {"type": FieldRule(to="ignore"), "estimate": FieldRule(to="estimate")},
        {"type": {"UAT": ValueRule("x"), "Other": ValueRule("other")}},
    )

    whole = DOCUMENT.over(guess)

    assert whole.fields["type"].to == "type"
    assert whole.fields["estimate"].to == "estimate"
    assert {value: rule.to for value, rule in whole.values["type"].items()} == {
        "UAT": "acceptance",
        "Other": "other",
    }
    assert whole.settings.hours_a_day == 7


WRONG = {
    "The mapping must be an object": [],
    "“format”: 1": {},
    "fields must be an object": {"format": 1, "fields": []},
    "fields.a: there is no field “b”": {"format": 1, "fields": {"a": {"to": "b"}}},
    "fields.a: a custom field needs": {"format": 1, "fields": {"a": {"to": "custom"}}},
    "fields.a: “to” is missing": {"format": 1, "fields": {"a": {}}},
    "fields.a: unknown entry “x”": {"format": 1, "fields": {"a": {"to": "type", "x": 1}}},
    "fields.a.to has a value of the wrong type": {"format": 1, "fields": {"a": {"to": 1}}},
    "values.color: known are type": {"format": 1, "values": {"color": {}}},
    "values.type.UAT must be an object": {"format": 1, "values": {"type": {"UAT": "x"}}},
    "settings.hours_a_day must be at least 1": {"format": 1, "settings": {"hours_a_day": 0}},
    "settings.days_a_week has a value": {"format": 1, "settings": {"days_a_week": True}},
}


@pytest.mark.parametrize("message", WRONG)
def test_says_which_entry_is_wrong(message):
    with pytest.raises(MappingError) as refusal:
        parse(WRONG[message])

    assert message in str(refusal.value)
