"""The memory tracker keeps the contract, and refuses calls that nobody signed."""

import hmac
import json
from contextlib import contextmanager
from hashlib import sha256
from uuid import uuid4

import pytest

from integrations.base.config import SystemConfig
from integrations.base.errors import (
    AuthFailedError,
    RateLimitedError,
    StaleError,
    TransientError,
    UncertainError,
)
from integrations.base.items import Hint
from integrations.connectors.memory.connector import SIGNATURE, MemoryConnector
from integrations.connectors.memory.tracker import MemoryTracker, install, tracker_of
from tests.integrations.connectors.contract import ConnectorContract

BEFORE = {
    "unauthorised": AuthFailedError("The token was refused."),
    "rate limited": RateLimitedError("Too many calls.", retry_after=7),
    "server error": TransientError("The tracker is down."),
}


class Human:
    """Somebody who works in the memory tracker."""

    def __init__(self, tracker: MemoryTracker) -> None:
        self.tracker = tracker

    def create(self, title: str) -> str:
        return self.tracker.add({"title": title}).id

    def edit(self, item_id: str, title: str) -> None:
        self.tracker.edit(item_id, {"title": title})

    def comment(self, item_id: str, text: str) -> str:
        return self.tracker.comment(item_id, text).id

    def delete(self, item_id: str) -> None:
        self.tracker.delete(item_id)


@pytest.fixture
def connector():
    system = SystemConfig(id=uuid4(), base_url="https://memory.example", credentials={})
    install(system.id, MemoryTracker(has_strong_rev=True))
    return MemoryConnector(system)


class TestMemoryContract(ConnectorContract):
    @pytest.fixture
    def scope(self):
        return "MEM"

    @pytest.fixture
    def type_(self):
        return "Bug"

    @pytest.fixture
    def person(self, connector):
        return Human(connector.tracker)

    @pytest.fixture
    def broken(self, connector):
        @contextmanager
        def during(fault):
            def hook(_call, moment):
                if moment == "before" and fault in BEFORE:
                    raise BEFORE[fault]
                if moment == "applied" and fault == "lost answer":
                    raise UncertainError("The answer was lost.")

            connector.tracker.hook = hook
            yield
            connector.tracker.hook = None

        return during


def test_names_the_items_of_a_signed_call(connector):
    body = json.dumps({"ids": [1, 2]}).encode()
    headers = {SIGNATURE: hmac.new(b"secret", body, sha256).hexdigest()}

    assert connector.parse_hook(headers, body, b"secret") == [Hint("1", "MEM"), Hint("2", "MEM")]


def test_refuses_an_unsigned_call(connector):
    with pytest.raises(AuthFailedError):
        connector.parse_hook({}, b'{"ids": [1]}', b"secret")


def test_refuses_a_wrong_token(connector):
    connector.tracker.token = "right"

    assert not connector.verify().is_ok
    with pytest.raises(AuthFailedError):
        connector.schema("MEM")


def test_refuses_a_write_to_an_item_that_moved_on(connector):
    item = connector.create("MEM", "Bug", {"title": "One"}, "m")
    connector.tracker.edit(item.ref.id, {"title": "Two"})

    with pytest.raises(StaleError):
        connector.update(item, {"title": "Three"})


def test_is_the_same_tracker_for_the_same_system(connector):
    assert MemoryConnector(connector.system).tracker is tracker_of(connector.system.id)
