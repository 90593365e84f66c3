import pytest

from integrations.base.answers import Answer
from integrations.base.errors import TransientError
from integrations.base.pagination import CursorPages, LinkHeaderPages, OffsetPages

ROWS = list(range(7))


def linked(url):
    headers = {"Link": f'<{url}>; rel="next", <https://x.example/9>; rel="last"'} if url else {}
    return Answer(method="GET", url="", status=200, headers=headers, body=b"")


def test_walks_by_number_until_the_last_page():
    pages = OffsetPages(lambda start: (ROWS[start : start + 3], start + 3 >= len(ROWS)))

    assert list(pages) == ROWS


def test_ends_at_an_empty_page_that_claims_more():
    assert list(OffsetPages(lambda start: (ROWS[start:], False))) == ROWS


def test_walks_by_token_until_there_is_none():
    book = {None: ([1, 2], "b"), "b": ([], "c"), "c": ([3], None)}

    assert list(CursorPages(book.__getitem__)) == [1, 2, 3]


def test_refuses_a_token_seen_before():
    book = {None: ([1], "b"), "b": ([2], "c"), "c": ([3], "b")}

    with pytest.raises(TransientError, match="same page"):
        list(CursorPages(book.__getitem__))


def test_follows_the_link_header():
    book = {"/1": linked("/2"), "/2": linked("/3"), "/3": linked(None)}

    assert list(LinkHeaderPages(book.__getitem__, "/1")) == list(book.values())


def test_refuses_a_link_seen_before():
    book = {"/1": linked("/2"), "/2": linked("/1")}

    with pytest.raises(TransientError, match="same page"):
        list(LinkHeaderPages(book.__getitem__, "/1"))
