"""Takes one safeguard out before the tests run; which one, the environment says."""

import os

import pytest

NAME = "TEST_MUTATION"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the sweeps see the end without the mutation first: it is what they compare with."""
    from tests.integrations.engine.test_sweeps import reference
    from tests.mutations.catalogue import MUTATIONS

    reference()
    [mutation] = [one for one in MUTATIONS if one.name == os.environ[NAME]]
    patch = pytest.MonkeyPatch()
    mutation.apply(patch)
    session.config.add_cleanup(patch.undo)
