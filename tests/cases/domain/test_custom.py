import pytest

from testmgmt.cases.domain.custom import CustomSpec, check_required, merged_custom
from testmgmt.core.errors import DomainError


def _spec(kind, **options):
    return CustomSpec("field", "Field", kind, **options)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Ünï"),
        ("rich", "**x**"),
        ("number", 1.5),
        ("number", -3),
        ("boolean", False),
        ("date", "2027-01-31"),
        ("user", "tom"),
        ("url", "https://example.com/a?b=c"),
        ("choice", "Low"),
        ("multi", ["Low", "High"]),
    ],
)
def test_takes_what_fits(kind, value):
    spec = _spec(kind, options=("Low", "High"))

    assert merged_custom([spec], {}, {"field": value}) == {"field": value}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 1),
        ("text", "a\0"),
        ("number", "1"),
        ("number", True),
        ("number", float("nan")),
        ("boolean", "yes"),
        ("date", "31.01.2027"),
        ("date", 5),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "http://[bad"),
        ("choice", "Huge"),
        ("choice", ["Low"]),
        ("multi", "Low"),
        ("multi", ["Low", {"a": 1}]),
    ],
)
def test_refuses_what_does_not_fit(kind, value):
    with pytest.raises(DomainError, match="Field"):
        merged_custom([_spec(kind, options=("Low", "High"))], {}, {"field": value})


def test_changes_only_what_is_named():
    specs = [CustomSpec("a", "A", "text"), CustomSpec("b", "B", "text")]

    assert merged_custom(specs, {"a": "1", "b": "2"}, {"a": None}) == {"b": "2"}


def test_keeps_one_of_a_doubled_option():
    spec = _spec("multi", options=("Low",))

    assert merged_custom([spec], {}, {"field": ["Low", "Low"]}) == {"field": ["Low"]}


def test_refuses_a_field_that_the_project_lacks():
    with pytest.raises(DomainError, match="no field “risk”"):
        merged_custom([], {}, {"risk": 1})


def test_asks_for_a_required_value_by_name():
    with pytest.raises(DomainError, match="Field is needed"):
        check_required([_spec("text", is_required=True)], {})
