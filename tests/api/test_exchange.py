import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from testmgmt.api.exchange import valid


class Body(serializers.Serializer):
    name = serializers.CharField()
    note = serializers.CharField(required=False)


def _request(body):
    return Request(APIRequestFactory().post("/", body, format="json"), parsers=[JSONParser()])


def test_returns_plain_values():
    assert valid(Body, _request({"name": "x"})) == {"name": "x"}


def test_names_a_field_that_does_not_exist():
    with pytest.raises(ValidationError, match="There are: name, note") as refusal:
        valid(Body, _request({"nmae": "x"}))

    assert list(refusal.value.detail) == ["nmae"]


def test_wants_an_object():
    with pytest.raises(ValidationError, match="An object"):
        valid(Body, _request([1]))


def test_may_leave_out_what_stays():
    assert valid(Body, _request({"note": "y"}), is_partial=True) == {"note": "y"}
