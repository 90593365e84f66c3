"""What another installation answers, and what a read-only connector refuses."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import responses

from integrations.base.config import SystemConfig
from integrations.base.errors import (
    AuthFailedError,
    ScopeError,
    TransientError,
    UnsupportedError,
)
from integrations.base.exchange import item_json, read_item
from integrations.base.items import Comment, Denied, Gone, Item, Person, Ref, Rich, Want
from integrations.connectors.peer.connector import PeerConnector

URL = "https://other.example/api/peer"
WANT = Want(frozenset())


@pytest.fixture
def peer():
    options = {"is_reachable": True, "connection": "c", "terms": "t", "schema": {"types": []}}
    credentials = {"key": "00" * 32}
    return PeerConnector(
        SystemConfig(UUID(int=1), "https://other.example", credentials, options=options)
    )


def ref(id_="1"):
    return Ref(UUID(int=1), "c", id_)


def an_item(**changes):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    fields = {
        "title": "Login",
        "description": Rich("It **breaks**"),
        "labels": frozenset({"ui"}),
        "assignee": Person("1", "Ann", "ann@example.org"),
        "due": noon,
        "points": 3,
        "none": None,
    }
    comment = Comment("7", Person(None, "Ann"), Rich("Seen"), noon, "1")
    known = {"comments": [comment], "attachments": [], "counterpart": "9"}
    return Item(ref(), "MEM-1", "", "Bug", fields, "", noon, noon, **{**known, **changes})


def test_an_item_survives_the_way():
    item = an_item()

    assert read_item({**item_json(item), "rev": ""}, ref(), "") == item


@responses.activate
def test_reads_items_and_why_there_are_none(peer):
    told = {
        "1": {**item_json(an_item()), "rev": "r"},
        "2": {"is_gone": True},
        "3": {"denied": "No"},
    }
    responses.post(f"{URL}/items", json={"items": told})

    found = peer.fetch([ref("1"), ref("2"), ref("3")], WANT)

    assert found[ref("1")].rev == "r"
    assert found[ref("1")].url == f"{URL}/items/1"
    assert (found[ref("2")], found[ref("3")]) == (Gone(), Denied("No"))


@responses.activate
@pytest.mark.parametrize("body", [{}, {"items": {}}, {"items": {"1": {"id": "1"}}}, []])
def test_takes_nonsense_for_an_outage(peer, body):
    responses.post(f"{URL}/items", json=body)

    with pytest.raises(TransientError):
        peer.fetch([ref()], WANT)


@responses.activate
@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthFailedError), (409, ScopeError), (503, TransientError)]
)
def test_says_what_a_refusal_means(peer, status, error):
    responses.get(f"{URL}/changes", status=status, json={"detail": "In words."})

    with pytest.raises(error):
        peer.changed_since("c", None, WANT)


@responses.activate
def test_a_question_that_got_no_answer_is_asked_again(peer):
    responses.post(f"{URL}/items", status=500)

    with pytest.raises(TransientError):
        peer.fetch([ref()], WANT)


@responses.activate
def test_takes_a_census_page_by_page(peer):
    page = {"ids": ["1"], "cursor": "x", "has_more": True, "now": "2026-01-01T00:00:00+00:00"}
    responses.get(f"{URL}/changes", json=page)
    responses.get(f"{URL}/changes", json={**page, "ids": ["2"], "has_more": False})

    assert list(peer.census("c", "")) == ["1", "2"]


@pytest.mark.parametrize("call", ["create", "update", "add_comment", "edit_comment", "upload"])
def test_is_read_only(peer, call):
    with pytest.raises(UnsupportedError):
        getattr(peer, call)()


def test_read_only_means_that_nothing_there_is_ours(peer):
    assert not peer.caps.is_writable
    assert peer.find("c", "marker", datetime.now(UTC)) is None
