from datetime import UTC, datetime

import pytest
from django.db.models import Q
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from testmgmt.api import filters
from testmgmt.api.filters import Listing

LISTING = Listing(
    filters={
        "id": filters.ids("pk", "Ids."),
        "status": filters.choice("status", "Status."),
        "search": filters.contains("name", "build"),
        "since": filters.moment("updated_at__gte", "Time."),
        "closed": filters.flag(Q(closed_at__isnull=False), "Closed."),
    },
    orders={"name": "name"},
)


def condition(query):
    return LISTING.condition(QueryDict(query))


def test_refuses_an_unknown_filter_and_names_those_there_are():
    with pytest.raises(ValidationError, match="closed, id, search, since, status") as refusal:
        condition("stauts=open")

    assert list(refusal.value.detail) == ["stauts"]


def test_leaves_paging_to_the_pages():
    assert condition("limit=10&offset=5&cursor=&count=false&ordering=name&project=SHOP") == Q()


def test_takes_several_ids():
    assert condition("id=3,4") == Q(pk__in=[3, 4])


def test_takes_choices_by_slug_or_name():
    assert condition("status=Open") == Q(status__slug__iexact="Open") | Q(
        status__name__iexact="Open"
    )


def test_a_filter_given_twice_has_to_hold_twice():
    assert condition("id=3&id=4") == Q(pk__in=[3]) & Q(pk__in=[4])


@pytest.mark.parametrize("text", ["2027-01-31T08:00:00Z", "2027-01-31T08:00:00", "1801382400"])
def test_takes_times_as_iso_or_as_seconds(text):
    assert condition(f"since={text}") == Q(updated_at__gte=datetime(2027, 1, 31, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    "query",
    [
        "id=x",
        "id=",
        "id=9999999999999999999",
        "since=tomorrow",
        "since=99999999999999",
        "closed=maybe",
        "search=%00",
    ],
)
def test_refuses_values_that_mean_nothing(query):
    with pytest.raises(ValidationError):
        condition(query)


def test_orders_with_ids_last():
    assert LISTING.ordering(QueryDict("ordering=-name")) == ["-name", "-id"]


def test_refuses_an_unknown_order():
    with pytest.raises(ValidationError, match="none of: name"):
        LISTING.ordering(QueryDict("ordering=size"))


def test_describes_itself_for_the_schema():
    names = [parameter.name for parameter in LISTING.parameters()]

    assert names == ["project", *LISTING.filters, "ordering"]
