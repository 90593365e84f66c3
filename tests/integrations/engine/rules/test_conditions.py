"""Filters as a form builds them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from integrations.base.items import Item, Person, Ref, Rich
from integrations.engine.rules.document import parse
from tests.integrations.engine.rules.test_document import changed

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ITEM = Item(
    ref=Ref(UUID(int=1), "P", "1"),
    key="P-1",
    url="",
    type="Bug",
    fields={
        "title": "Login fails",
        "text": Rich("It **breaks**"),
        "labels": frozenset({"Web", "urgent"}),
        "owner": Person("u1", "Ann", "ann@example.org"),
        "points": 5,
        "cost": Decimal("1.5"),
        "due": date(2026, 3, 1),
        "seen": NOON,
        "done": False,
        "none": None,
    },
    rev="1",
    created_at=NOON,
    updated_at=NOON,
)


def holds(condition) -> bool:
    return parse(changed(["filter", "a"], condition)).filters["a"].holds(ITEM)


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("type", "is", "bug", True),
        ("title", "is", "login FAILS", True),
        ("title", "is_not", "Other", True),
        ("title", "contains", "FAIL", True),
        ("title", "not_contains", "fail", False),
        ("text", "contains", "breaks", True),
        ("labels", "is", "web", True),
        ("labels", "in", ["x", "urgent"], True),
        ("labels", "not_in", ["x", "urgent"], False),
        ("owner", "is", "ann@example.org", True),
        ("owner", "is", "u1", True),
        ("points", "greater", 4, True),
        ("points", "less", "5", False),
        ("cost", "less", 2, True),
        ("due", "greater", "2026-02-28", True),
        ("seen", "less", "2026-01-01T13:00:00", True),
        ("done", "is", False, True),
        ("none", "is_empty", None, True),
        ("absent", "is_empty", None, True),
        ("title", "is_not_empty", None, True),
        ("title", "greater", "A", False),
        ("none", "greater", 1, False),
    ],
)
def test_compares_as_a_person_would(field, operator, value, expected):
    assert holds({"field": field, "op": operator, "value": value}) is expected


def test_joins_lines_by_all_and_any():
    yes, no = {"field": "type", "op": "is", "value": "Bug"}, {"field": "title", "op": "is_empty"}

    assert holds({"all": [yes, {"any": [no, yes]}]})
    assert not holds({"all": [yes, no]})
    assert holds(None)
    assert holds({"any": []})


def test_asks_for_the_fields_it_compares():
    condition = {
        "any": [{"field": "owner", "op": "is", "value": "x"}, {"field": "type", "op": "is"}]
    }

    assert parse(changed(["filter", "a"], condition)).wanted("a") == {"title", "priority", "owner"}
