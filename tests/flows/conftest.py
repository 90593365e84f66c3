"""Installations for flows: started once for all of them, each on what the machine offers."""

import os

import pytest

from tests.flows.installation import Installation, ScaledOut, is_listening


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    with Installation(tmp_path_factory.mktemp("embedded")) as installation:
        yield installation


@pytest.fixture(scope="session")
def scaled_out(tmp_path_factory):
    missing = [
        name for name, port in (("PostgreSQL", 5432), ("RabbitMQ", 5672)) if not is_listening(port)
    ]
    if missing:
        pytest.skip(f"{' and '.join(missing)} of this machine cannot be reached")
    with (
        ScaledOut() as servers,
        Installation(tmp_path_factory.mktemp("scaled"), servers.variables) as installation,
    ):
        yield installation


@pytest.fixture(params=["embedded", "scaled_out"])
def installation(request):
    return request.getfixturevalue(request.param)


def pytest_collection_modifyitems(items):
    """Keep the flows of one installation on one process, so that it is started once."""
    for item in items:
        if "tests/flows/" in str(item.path).replace(os.sep, "/"):
            kind = "scaled_out" if "scaled_out" in item.name else "embedded"
            item.add_marker(pytest.mark.xdist_group(kind))
