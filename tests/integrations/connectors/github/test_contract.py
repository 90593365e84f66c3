"""GitHub keeps the contract of all connectors, over real HTTP."""

from contextlib import contextmanager

import pytest

from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.contract import ConnectorContract

SHOP = "acme/shop"
FAULTS = {
    "unauthorised": Fault(
        FaultKind.BEFORE,
        status=401,
        times=0,
        body='{"message": "Bad credentials"}',
        headers={"Content-Type": "application/json"},
    ),
    "rate limited": Fault(FaultKind.RATE_LIMIT, headers={"Retry-After": "7"}),
    "server error": Fault(FaultKind.BEFORE, status=500),
    "lost answer": Fault(FaultKind.AFTER_APPLY, method="POST", path=r"/issues$"),
}


def ids_of(github):
    """Return the sandbox's issues by the ids that we give them."""
    return {f"{issue.number}-{issue.id}": issue for issue in github.issues()}


class Human:
    """Somebody who works in the sandbox by hand."""

    def __init__(self, github):
        self.github = github
        self.ken = github.as_human("ken")

    def create(self, title):
        issue = self.ken.create(SHOP, title)
        return f"{issue.number}-{issue.id}"

    def edit(self, item_id, title):
        self.ken.edit(ids_of(self.github)[item_id], title=title)

    def comment(self, item_id, text):
        return self.ken.comment(ids_of(self.github)[item_id], text).id

    def delete(self, item_id):
        self.github.as_human("admin").delete(ids_of(self.github)[item_id])


class TestGitHubContract(ConnectorContract):
    @pytest.fixture
    def scope(self):
        return SHOP

    @pytest.fixture
    def type_(self):
        return "Bug"

    @pytest.fixture
    def person(self, github):
        return Human(github)

    @pytest.fixture
    def broken(self, github):
        @contextmanager
        def during(fault):
            github.faults(FAULTS[fault])
            yield
            github.faults()

        return during
