"""Markers are derived, prove themselves and fit wherever trackers keep them."""

import re
from uuid import UUID

import pytest

from integrations.base.attribution import compose, split
from integrations.base.items import NewComment, Person, Rich
from integrations.engine.markers import (
    comment_marker,
    is_comment_of,
    item_marker,
    link_id,
    link_of,
)

KEY = b"k" * 32
LINK = link_id(KEY, "a", "17")


def test_a_lost_link_is_computed_once_more():
    assert link_id(KEY, "a", "17") == LINK
    assert link_id(KEY, "b", "17") != LINK
    assert link_id(b"x" * 32, "a", "17") != LINK


def test_a_marker_names_its_link():
    assert link_of(KEY, item_marker(KEY, LINK)) == LINK


@pytest.mark.parametrize("marker", [None, "", "short", "A" * 43, "ä" * 43, "!" * 44])
def test_what_we_did_not_make_names_no_link(marker):
    assert link_of(KEY, marker) is None


def test_a_changed_marker_names_no_link():
    marker = item_marker(KEY, LINK)

    forged = marker[:-1] + ("A" if marker[-1] != "A" else "B")
    assert link_of(KEY, marker[::-1]) is None
    assert link_of(b"x" * 32, marker) is None
    assert link_of(KEY, item_marker(b"x" * 32, UUID(int=1))) is None
    assert link_of(KEY, forged) in {None, LINK}  # the last digit carries padding bits


def test_a_comment_marker_tells_its_link_and_nothing_else():
    marker = comment_marker(KEY, LINK, "a", "c1")

    assert is_comment_of(KEY, LINK, marker)
    assert not is_comment_of(KEY, UUID(int=1), marker)
    assert not is_comment_of(KEY, LINK, None)
    assert marker != comment_marker(KEY, LINK, "b", "c1")
    assert marker != comment_marker(KEY, LINK, "a", "c2")


def test_a_comment_marker_survives_the_attribution_line():
    marker = comment_marker(KEY, LINK, "a", "c1")
    comment = NewComment(Rich("Text."), Person(None, "Ann"), "DEF-1", "https://p.example/1", marker)

    assert split(compose(comment)) == (marker, "Text.")


def test_markers_are_url_safe_and_short():
    for marker in (item_marker(KEY, LINK), comment_marker(KEY, LINK, "a", "c1")):
        assert re.fullmatch(r"[\w-]{20,80}", marker, re.ASCII)
