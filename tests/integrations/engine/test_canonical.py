"""One form per value, and fingerprints that say nothing without the key."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.items import Person, Rich
from integrations.engine.canonical import Fingerprints, canonical, connection_key, is_empty, same

LINK = UUID(int=1)
KEY = connection_key(b"sync key", b"salt")
PRINTS = Fingerprints(KEY, LINK)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Cafe\u0301", "Café"),
        ("one\r\ntwo", "one\ntwo"),
        (Rich("text  \n\n"), Rich("text", native={"a": 1})),
        (frozenset({"a", "b"}), frozenset({"b", "a"})),
        (Decimal("5.0"), 5),
        (Decimal("1E+2"), 100),
        (
            datetime(2026, 1, 1, 12, tzinfo=UTC),
            datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2))),
        ),
        (Person("1", "Ann"), Person("1", "Ann Other", "ann@example.org")),
        (Person(None, "Ann", "Ann@Example.org"), Person(None, "A.", "ann@example.org")),
        (None, ""),
        (None, Rich(" \n")),
        (None, frozenset()),
    ],
)
def test_equal_values_have_one_form(left, right):
    assert canonical(left) == canonical(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1", 1),
        (True, 1),
        (False, None),
        (0, None),
        ("2026-01-01", date(2026, 1, 1)),
        (date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        (frozenset({"a,b"}), frozenset({"a", "b"})),
        (Person("1", "Ann"), "1"),
        ("a", "A"),
        (" a", "a"),
    ],
)
def test_different_values_have_different_forms(left, right):
    assert canonical(left) != canonical(right)


def test_a_moment_needs_its_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        canonical(datetime(2026, 1, 1))  # noqa: DTZ001  the very mistake


def test_plain_and_rich_text_mean_the_same():
    assert same("text", Rich("text\n"))
    assert not same("text", Rich("other"))
    assert is_empty(Rich(" "))
    assert not is_empty(0)


def test_a_fingerprint_is_bound_to_link_side_field_and_key():
    prints = {
        PRINTS.of("a", "title", "Same"),
        PRINTS.of("b", "title", "Same"),
        PRINTS.of("a", "status", "Same"),
        PRINTS.neutral("title", "Same"),
        Fingerprints(KEY, UUID(int=2)).of("a", "title", "Same"),
        Fingerprints(connection_key(b"sync key", b"other salt"), LINK).of("a", "title", "Same"),
        Fingerprints(connection_key(b"other key", b"salt"), LINK).of("a", "title", "Same"),
    }

    assert len(prints) == 7


def test_a_fingerprint_begins_with_its_version_and_is_short():
    fingerprint = PRINTS.of("a", "title", "Same")

    assert fingerprint.startswith("1")
    assert len(fingerprint) == 23


def test_the_form_of_a_fingerprint_never_changes_by_accident():
    assert PRINTS.of("a", "title", "Same") == "1rnK-Org8S3B2-81pNWRUIQ"


@given(st.text(), st.text())
def test_fingerprints_differ_exactly_when_forms_do(left, right):
    equal = PRINTS.of("a", "f", left) == PRINTS.of("a", "f", right)

    assert equal == (canonical(left) == canonical(right))
