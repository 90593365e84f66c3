import pytest
from django import forms

from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from testmgmt.web.forms import attempt


class Form(forms.Form):
    name = forms.CharField()


@pytest.fixture
def form():
    bound = Form({"name": "x"})
    assert bound.is_valid()
    return bound


def _raise(error):
    def save():
        raise error

    return save


def test_returns_what_the_service_made(form):
    assert attempt(form, lambda: "made") == "made"


@pytest.mark.parametrize(("field", "place"), [("name", "name"), ("other", "__all__")])
def test_puts_a_broken_rule_at_its_field(form, field, place):
    assert attempt(form, _raise(DomainError("Taken.", field=field))) is None
    assert form.errors == {place: ["Taken."]}


@pytest.mark.parametrize("error", [NotFoundError, ForbiddenError, ConflictError])
def test_leaves_what_no_field_can_cure_to_the_page_of_errors(form, error):
    with pytest.raises(error):
        attempt(form, _raise(error("No.")))
