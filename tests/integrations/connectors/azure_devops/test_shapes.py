import pytest

from integrations.base.items import FieldType
from integrations.connectors.azure_devops.shapes import is_for_people, shape_of, type_spec


@pytest.mark.parametrize(
    ("field", "type_", "is_writable"),
    [
        ({"type": "string"}, FieldType.TEXT, True),
        ({"type": "plainText"}, FieldType.TEXT, True),
        ({"type": "html"}, FieldType.RICH, True),
        ({"type": "double"}, FieldType.NUMBER, True),
        ({"type": "dateTime", "readOnly": True}, FieldType.DATETIME, False),
        ({"type": "boolean"}, FieldType.BOOL, True),
        ({"type": "string", "isIdentity": True}, FieldType.PERSON, True),
        ({"type": "identity"}, FieldType.PERSON, True),
        ({"type": "string", "isPicklist": True}, FieldType.OPTION, True),
        ({"type": "picklistInteger"}, FieldType.OPTION, True),
        ({"type": "guid"}, FieldType.OPAQUE, False),
        ({}, FieldType.OPAQUE, False),
    ],
)
def test_tells_what_a_field_holds(field, type_, is_writable):
    shape = shape_of({"referenceName": "Custom.Field", **field})

    assert (shape.type, shape.is_writable) == (type_, is_writable)


def test_keeps_options_that_are_numbers_as_numbers():
    field = {"referenceName": "Custom.Level", "type": "integer", "isPicklist": True}

    assert shape_of(field).is_number


@pytest.mark.parametrize(
    "name", ["CodeReviewRequest", "FeedbackResponse", "SharedStep", "TestPlan"]
)
def test_leaves_out_types_of_tools(name):
    assert not is_for_people({"referenceName": f"Microsoft.VSTS.WorkItemTypes.{name}"})


def test_leaves_out_types_that_are_switched_off():
    assert not is_for_people({"referenceName": "Custom.Incident", "isDisabled": True})
    assert is_for_people({"referenceName": "Microsoft.VSTS.WorkItemTypes.TestCase"})


def test_takes_listed_words_for_options_even_where_the_field_lists_none():
    fields = [{"referenceName": "Custom.Team", "name": "Team", "allowedValues": ["Web", "Mail"]}]
    shapes = {"Custom.Team": shape_of({"referenceName": "Custom.Team", "type": "string"})}

    [team] = type_spec("Bug", fields, shapes, []).fields

    assert team.type is FieldType.OPTION
    assert [option.name for option in team.options] == ["Web", "Mail"]
