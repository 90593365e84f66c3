"""GitHub as others emulate it keeps the contract, too; every request passes GitHub's description.

What the emulator cannot do is skipped by name: it lets every token in, deletes no issue, gives no
ETag, and searches for one phrase.
"""

import shutil
from contextlib import contextmanager
from itertools import count
from uuid import uuid4

import pytest

from integrations.base.config import SystemConfig
from integrations.base.items import Hint
from integrations.connectors.github.connector import GitHubConnector
from tests.integrations.connectors.contract import ConnectorContract
from tests.integrations.connectors.github.emulator import TOKEN, Emulator
from tests.integrations.connectors.github.test_contract import FAULTS

pytestmark = pytest.mark.xdist_group("emulator")  # it is started once
SECRET = b"hook-secret"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def emulator():
    if shutil.which("node") is None:
        pytest.skip("the emulator needs Node")
    with Emulator() as opened:
        yield opened


class Human:
    """Somebody who works in the emulator by hand."""

    def __init__(self, emulator, scope):
        self.emulator = emulator
        self.issues = f"/repos/{scope}/issues"

    def create(self, title):
        made = self._as_bob("POST", self.issues, {"title": title})
        return f"{made['number']}-{made['id']}"

    def edit(self, item_id, title):
        self._as_bob("PATCH", self._path(item_id), {"title": title})

    def comment(self, item_id, text):
        return str(self._as_bob("POST", f"{self._path(item_id)}/comments", {"body": text})["id"])

    def delete(self, item_id):
        pytest.skip("the emulator deletes no issue")

    def _path(self, item_id):
        return f"{self.issues}/{item_id.partition('-')[0]}"

    def _as_bob(self, method, path, body):
        return self.emulator.call(method, path, body, token="ghp_bob")


class TestEmulatorContract(ConnectorContract):
    @pytest.fixture
    def scope(self, emulator):
        given = {"name": f"shop-{next(_NUMBERS)}", "auto_init": True}
        name = emulator.call("POST", "/user/repos", given)["full_name"]
        emulator.call("PUT", f"/repos/{name}/collaborators/bob", {"permission": "push"})
        return name

    @pytest.fixture
    def connect(self, emulator):
        def make(**credentials):
            given = {"base_url": emulator.url, "credentials": {"token": TOKEN, **credentials}}
            return GitHubConnector(SystemConfig(id=uuid4(), is_private_allowed=True, **given))

        return make

    @pytest.fixture
    def connector(self, connect):
        return connect()

    @pytest.fixture
    def type_(self):
        return "Issue"

    @pytest.fixture
    def person(self, emulator, scope):
        return Human(emulator, scope)

    @pytest.fixture
    def broken(self, emulator):
        @contextmanager
        def during(fault):
            emulator.gate.faults.replace([FAULTS[fault]])
            yield
            emulator.gate.faults.replace([])

        return during

    def test_searches_by_words_of_the_title(self):
        pytest.skip("the emulator searches for one phrase")

    def test_knows_the_branch_that_links_point_to(self, connect, scope):
        branches = {
            branch: connect(branch=branch).verify(scope).checks[-1]
            for branch in ("", "main", "release/2")
        }

        assert [check.name for check in branches.values()] == ["Branch"] * 3
        assert branches[""].message == f"Links to files point to main of {scope}."
        assert branches["main"].is_ok
        assert branches["release/2"].message == f"{scope} has no branch release/2."
        assert branches["release/2"].fix == "Enter one that it has, or nothing for main."

    def test_reads_the_emulators_own_calls(self, emulator, connector, scope, person, hear):
        config = {"url": hear.url, "content_type": "json", "secret": SECRET.decode()}
        hook = {"name": "web", "events": ["issues", "issue_comment"], "config": config}
        emulator.call("POST", f"/repos/{scope}/hooks", hook)
        item_id = person.create("By hand")
        person.comment(item_id, "Seen.")

        hints = [connector.parse_hook(*hear(), SECRET) for _ in range(2)]

        assert hints == [[Hint(item_id, scope)]] * 2
