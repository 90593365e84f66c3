"""Azure DevOps keeps the contract of all connectors, over real HTTP."""

from contextlib import contextmanager

import pytest

from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.azure_devops.conftest import ENG
from tests.integrations.connectors.contract import ConnectorContract

FAULTS = {
    "unauthorised": Fault(
        FaultKind.BEFORE,
        status=401,
        times=0,
        body="TF400813: The user '' is not authorized to access this resource.",
        headers={"Content-Type": "text/plain"},
    ),
    "rate limited": Fault(
        FaultKind.RATE_LIMIT,
        body='{"message": "TF400733: The request has been canceled: too many requests."}',
        headers={"Retry-After": "7", "Content-Type": "application/json"},
    ),
    "server error": Fault(FaultKind.BEFORE, status=500),
    "lost answer": Fault(FaultKind.AFTER_APPLY, method="POST", path=r"/workitems/\$"),
}


class Human:
    """Somebody who works in the sandbox by hand."""

    def __init__(self, azure):
        self.ken = azure.as_human("ken")

    def create(self, title):
        return str(self.ken.create("Engineering", "Bug", title=title).number)

    def edit(self, item_id, title):
        self.ken.edit(int(item_id), title=title)

    def comment(self, item_id, text):
        return self.ken.comment(int(item_id), text).id

    def delete(self, item_id):
        self.ken.delete(int(item_id))


class TestAzureDevOpsContract(ConnectorContract):
    @pytest.fixture
    def scope(self):
        return ENG

    @pytest.fixture
    def type_(self):
        return "Bug"

    @pytest.fixture
    def person(self, azure):
        return Human(azure)

    @pytest.fixture
    def broken(self, azure):
        @contextmanager
        def during(fault):
            azure.faults(FAULTS[fault])
            yield
            azure.faults()

        return during
