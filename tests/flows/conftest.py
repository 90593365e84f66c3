"""Installations for flows: started once for all of them, each on what the machine offers."""

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


def _on(kind):
    """Keep the flows of one installation on one process, so that it is started once."""
    return pytest.param(kind, marks=pytest.mark.xdist_group(kind))


@pytest.fixture(params=[_on("embedded"), _on("scaled_out")])
def installation(request):
    return request.getfixturevalue(request.param)
