"""Both Jiras keep the contract of all connectors, over real HTTP."""

from contextlib import contextmanager

import pytest

from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.contract import ConnectorContract

FAULTS = {
    "unauthorised": Fault(
        FaultKind.BEFORE,
        status=401,
        times=0,
        body='{"errorMessages": ["You are not authenticated."], "errors": {}}',
        headers={"Content-Type": "application/json"},
    ),
    "rate limited": Fault(FaultKind.RATE_LIMIT, headers={"Retry-After": "7"}),
    "server error": Fault(FaultKind.BEFORE, status=500),
    "lost answer": Fault(FaultKind.AFTER_APPLY, method="POST", path=r"/issue$"),
}


class Human:
    """Somebody who works in the sandbox by hand."""

    def __init__(self, jira):
        self.jira = jira
        self.ken = jira.as_human("ken")

    def create(self, title):
        return self.ken.create("ENG", "Bug", summary=title).id

    def edit(self, item_id, title):
        self.ken.edit(item_id, summary=title)

    def comment(self, item_id, text):
        return self.ken.comment(item_id, text).id

    def delete(self, item_id):
        self.jira.as_human("admin").delete(item_id)


class TestJiraContract(ConnectorContract):
    @pytest.fixture(autouse=True)
    def may_delete(self, jira):
        held = jira.account("sync").permissions | {"DELETE_ISSUES"}
        jira.change_account("sync", {"permissions": held})

    @pytest.fixture
    def scope(self):
        return "10000"

    @pytest.fixture
    def type_(self):
        return "Bug"

    @pytest.fixture
    def person(self, jira):
        return Human(jira)

    @pytest.fixture
    def broken(self, jira):
        @contextmanager
        def during(fault):
            jira.faults(FAULTS[fault])
            yield
            jira.faults()

        return during
